import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { useLanguage } from '../i18n';
import { formatDate, formatDateShort, inJapan } from '../lib/wareki';

/** A date (ISO) in 和暦 with 西暦. */
export function DateText({ iso, short }: { iso: string; short?: boolean }) {
  const { language } = useLanguage();
  return (
    <time dateTime={iso} className="o-date">
      {short ? formatDateShort(iso, language) : formatDate(iso, language)}
    </time>
  );
}

/** An instant, in Japan's time. */
export function TimeText({ time, dateOnly }: { time: Timestamp | undefined; dateOnly?: boolean }) {
  const { language } = useLanguage();
  if (!time) return null;
  const instant = timestampDate(time);
  const here = inJapan(instant);
  return (
    <time dateTime={instant.toISOString()}>
      <span className="o-date">{formatDate(here.iso, language)}</span>
      {!dateOnly && (
        <>
          {' '}
          <span className="o-date">{here.time}</span>
        </>
      )}
    </time>
  );
}
