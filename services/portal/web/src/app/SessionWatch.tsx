import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useLocation } from 'react-router';
import { useLanguage, useText } from '../i18n';
import { common } from '../i18n/common';
import { formatDuration } from '../lib/format';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { ErrorNotice, Notice } from '../ui/ErrorNotice';
import { isAttended } from './attendance';
import { queryClient } from './query';
import { askSession, isEnded, loginUrl, logout, onSession, sessionEnds } from './session-store';
import { idleWarning, type Warning, warningAt } from './session-time';

/** Between two questions how long the session lasts: another tab may have prolonged it. */
const ASK_EVERY_MS = 15_000;
const CALM: Warning = { idle: false, whole: 0, next: 0 };

const Deadline = createContext<ReactNode>(null);

/** What the top of the page says while the session is near its end. */
export const useDeadline = (): ReactNode => useContext(Deadline);

const ask = (how: 'ask' | 'prolong') =>
  askSession(how).then((again) => {
    // What failed while nobody was signed in is asked for anew.
    if (again) void queryClient.invalidateQueries();
  });

interface State {
  warning: Warning;
  ended: boolean;
  idleSeconds: number;
  wholeSeconds: number;
}

/** Looks at the clock when something may have changed. Nothing here prolongs a session that nobody sits before. */
function useSessionTime(): State {
  const ends = useSyncExternalStore(onSession, sessionEnds);
  const ended = useSyncExternalStore(onSession, isEnded);
  const [now, setNow] = useState(() => Date.now());
  const warned = useRef(false);
  useEffect(() => {
    if (!ends || ended) return undefined;
    let timer = 0;
    let asked = ends.asked;
    let gone = false;
    const look = async () => {
      const at = Date.now();
      const { idle, whole } = warningAt(ends, at);
      if ((idle || whole || at >= ends.idle) && at - asked >= ASK_EVERY_MS) {
        asked = at;
        // Somebody who is typing is there, though the page called nobody.
        const present =
          idle && !warned.current && isAttended(at, idleWarning(ends.idleSeconds) / 3);
        await ask(present ? 'prolong' : 'ask').catch(() => undefined);
      } else if (at >= ends.idle) {
        await ask('ask').catch(() => undefined);
      }
      if (gone) return;
      const then = Date.now();
      warned.current = idle;
      setNow(then);
      timer = window.setTimeout(() => void look(), Math.max(200, warningAt(ends, then).next));
    };
    void look();
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [ends, ended]);
  // Back from another tab, where somebody may have signed in.
  useEffect(() => {
    const back = () => {
      const known = sessionEnds();
      const old = known && Date.now() - known.asked > 60_000;
      if (document.visibilityState === 'visible' && (isEnded() || old || warned.current))
        void ask('ask').catch(() => undefined);
    };
    window.addEventListener('focus', back);
    document.addEventListener('visibilitychange', back);
    return () => {
      window.removeEventListener('focus', back);
      document.removeEventListener('visibilitychange', back);
    };
  }, []);
  const seconds = (end: number) => Math.max(0, Math.ceil((end - now) / 1000));
  return {
    warning: ends && !ended ? warningAt(ends, now) : CALM,
    ended,
    idleSeconds: seconds(ends?.idle ?? 0),
    wholeSeconds: seconds(ends?.whole ?? 0),
  };
}

/** Tells in time that a session ends, prolongs it where somebody wants, and keeps the page when it has ended. */
export function SessionWatch({ children }: { children: ReactNode }) {
  const { warning, ended, idleSeconds, wholeSeconds } = useSessionTime();
  const [seen, setSeen] = useState(0);
  const [left, setLeft] = useState(false);
  useEffect(() => {
    if (warning.whole === 0 && !ended) setSeen(0);
  }, [warning.whole, ended]);
  useEffect(() => {
    if (!ended) setLeft(false);
  }, [ended]);
  const banner = (ended ? left : warning.whole > 0) && (
    <Banner ended={ended} seconds={wholeSeconds} />
  );
  const urgent = !ended && !warning.idle && warning.whole > seen;
  return (
    <>
      <Deadline value={banner}>{children}</Deadline>
      <EndedDialog open={ended && !left} onClose={() => setLeft(true)} />
      {warning.idle && !ended && <IdleDialog seconds={idleSeconds} />}
      <WholeDialog open={urgent} seconds={wholeSeconds} onClose={() => setSeen(warning.whole)} />
    </>
  );
}

function useTime(seconds: number): string {
  const { language } = useLanguage();
  return formatDuration(seconds, language);
}

/** Signs in beside the page, which keeps what was typed. */
function Elsewhere({ small }: { small?: boolean }) {
  const t = useText(common);
  return (
    <a
      className={`o-button o-button--${small ? 'secondary' : 'primary'} o-button--${small ? 'small' : 'normal'}`}
      href={loginUrl('/signed-in')}
      target="_blank"
      rel="noreferrer"
    >
      <span>
        {t.session.elsewhere}
        <span className="o-visually-hidden">{t.session.elsewhereNote}</span>
      </span>
    </a>
  );
}

function IdleDialog({ seconds }: { seconds: number }) {
  const t = useText(common);
  const time = useTime(seconds);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const prolong = () => {
    setBusy(true);
    setError(null);
    ask('prolong')
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      open
      alert
      title={t.session.idleTitle}
      onClose={prolong}
      footer={
        <>
          <Button kind="primary" busy={busy} onClick={prolong}>
            {t.session.prolong}
          </Button>
          <Button onClick={() => void logout().catch(setError)}>{t.shell.logout}</Button>
        </>
      }
    >
      {/* A timer is not read out each second; its last minute is told once. */}
      <p role="timer">{t.session.idleText(time)}</p>
      <p>{t.session.idleProlong}</p>
      <p>{t.session.unsaved}</p>
      <p role="status" className="o-visually-hidden">
        {seconds <= 60 && t.session.idleTitle}
      </p>
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  );
}

function WholeDialog(props: { open: boolean; seconds: number; onClose: () => void }) {
  const t = useText(common);
  const time = useTime(props.seconds);
  return (
    <Dialog
      open={props.open}
      alert
      title={t.session.wholeTitle}
      onClose={props.onClose}
      footer={
        <>
          <Button kind="primary" onClick={props.onClose}>
            {t.session.wholeBack}
          </Button>
          <Elsewhere small />
        </>
      }
    >
      <p role="timer">{t.session.wholeText(time)}</p>
      <p>{t.session.wholeSave}</p>
      <p>{t.session.unsaved}</p>
    </Dialog>
  );
}

/** Stays in sight after the dialog was closed. */
function Banner({ ended, seconds }: { ended: boolean; seconds: number }) {
  const t = useText(common);
  const time = useTime(seconds);
  return (
    <section aria-label={t.session.deadline}>
      <Notice tone="warning" actions={<Elsewhere small />}>
        {ended ? (
          <p>{t.session.endedBanner}</p>
        ) : (
          <p role="timer">{`${t.session.wholeText(time)} ${t.session.wholeSave}`}</p>
        )}
      </Notice>
    </section>
  );
}

/** The session has ended while a page was open: the page stays until the person goes to sign in. */
function EndedDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText(common);
  const { pathname, search } = useLocation();
  return (
    <Dialog
      open={open}
      alert
      title={t.session.endedTitle}
      onClose={onClose}
      footer={
        <>
          <Elsewhere />
          <Button onClick={() => window.location.assign(loginUrl(pathname + search))}>
            {t.session.again}
          </Button>
        </>
      }
    >
      <p>{t.session.endedText}</p>
    </Dialog>
  );
}
