import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { isMunicipalityCode, prefectureOf } from './municipalities';
import { words } from './words';

export interface Partner {
  id: string;
  code: string;
  name: string;
}

export const emptyPartner = (): Partner => ({ id: crypto.randomUUID(), code: '', name: '' });

const MOST = 15;

/** What is wrong with the code of one of them. */
export function faultOf(
  partners: readonly Partner[],
  at: number,
  own: string,
): 'codeWrong' | 'codeOwn' | 'codeTwice' | null {
  const code = partners[at]!.code.trim();
  if (!isMunicipalityCode(code)) return 'codeWrong';
  if (code === own) return 'codeOwn';
  return partners.findIndex((one) => one.code.trim() === code) < at ? 'codeTwice' : null;
}

interface PartnersProps {
  partners: Partner[];
  onChange: (partners: Partner[]) => void;
  /** Faults are told once it was tried to send. */
  tried: boolean;
}

/** The other municipalities: a code for the service, a name for people. */
export function Partners({ partners, onChange, tried }: PartnersProps) {
  const t = useText(words);
  const tenant = useTenant();
  const change = (id: string, part: Partial<Partner>) =>
    onChange(partners.map((one) => (one.id === id ? { ...one, ...part } : one)));
  return (
    <section className="o-section" aria-labelledby="partners">
      <h2 id="partners">{t.form.partners}</h2>
      <p>{t.form.partnersHelp}</p>
      <p>{t.form.own(tenant.municipalityCode, tenant.displayName)}</p>
      <ul className="o-joint__partners">
        {partners.map((one, i) => {
          const fault = faultOf(partners, i, tenant.municipalityCode);
          // A code that is whole and still wrong is told at once.
          const told = fault && (tried || one.code.trim().length >= 6) ? t.form[fault] : null;
          const place = fault ? '' : prefectureOf(one.code.trim());
          return (
            <li key={one.id} className="o-joint__partner">
              <Field
                label={place ? `${t.form.code(i + 1)}（${place}）` : t.form.code(i + 1)}
                value={one.code}
                onChange={(code) => change(one.id, { code: code.normalize('NFKC') })}
                required
                inputMode="numeric"
                maxLength={6}
                error={told}
              />
              <Field
                label={t.form.partner(i + 1)}
                value={one.name}
                onChange={(name) => change(one.id, { name: name.replaceAll(/[、\n]/g, '') })}
                maxLength={30}
              />
              {partners.length > 1 && (
                <Button
                  size="small"
                  icon="trash"
                  aria-label={t.form.remove(i + 1)}
                  onClick={() => onChange(partners.filter(({ id }) => id !== one.id))}
                >
                  {t.form.removeShort}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {partners.length < MOST && (
        <div className="o-actions">
          <Button size="small" icon="plus" onClick={() => onChange([...partners, emptyPartner()])}>
            {t.form.add}
          </Button>
        </div>
      )}
    </section>
  );
}
