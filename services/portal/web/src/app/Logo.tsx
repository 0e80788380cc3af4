import { useText } from '../i18n';
import { common } from '../i18n/common';
import mark from './oboro.svg';

export function Logo({ large }: { large?: boolean }) {
  const t = useText(common);
  return (
    <span className={`o-logo${large ? ' o-logo--large' : ''}`}>
      <img src={mark} alt="" width={large ? 48 : 32} height={large ? 48 : 32} />
      <span>{t.product}</span>
    </span>
  );
}
