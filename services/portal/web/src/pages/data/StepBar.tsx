import './data.css';
import { useText } from '../../i18n';
import { Icon } from '../../ui/icons';
import { type Step, type StepState, STEPS } from './steps';
import { words } from './words';

/** The five steps of a snapshot and where it stands; each says its state in words for screen readers and by a sign. */
export function StepBar({ states }: { states: Record<Step, StepState> }) {
  const t = useText(words);
  return (
    <ol className="o-steps" aria-label={t.steps.label}>
      {STEPS.map((step, index) => {
        const state = states[step];
        return (
          <li
            key={step}
            className={`o-steps__item o-steps__item--${state}`}
            aria-current={state === 'now' ? 'step' : undefined}
          >
            <span className="o-steps__sign" aria-hidden="true">
              {state === 'done' ? (
                <Icon name="check" size={16} />
              ) : state === 'stopped' ? (
                <Icon name="warning" size={16} />
              ) : (
                index + 1
              )}
            </span>
            <span className="o-steps__name">{t.steps[step]}</span>
            <span className="o-visually-hidden">（{t.steps[state]}）</span>
          </li>
        );
      })}
    </ol>
  );
}
