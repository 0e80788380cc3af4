import { useTenants } from '../../app/session';
import { useText } from '../../i18n';
import { type Names, prefectureOf } from './municipalities';
import { words } from './words';

/** Names that are known for certain, those of the municipalities one belongs to, before those that a proposal tells. */
export function useNames(told: Names): Names {
  const tenants = useTenants();
  return new Map([
    ...told,
    ...tenants.map(({ municipalityCode, displayName }) => [municipalityCode, displayName] as const),
  ]);
}

/** A name, or the prefecture where none is known. */
export function useNameOf(told: Names): (code: string) => string {
  const t = useText(words);
  const names = useNames(told);
  return (code) => names.get(code) ?? t.page.unknownName(prefectureOf(code));
}

/** A municipality as people know it, with the code that says for certain which one it is. */
export function Municipality({ code, names }: { code: string; names: Names }) {
  const nameOf = useNameOf(names);
  return (
    <>
      {nameOf(code)} <span className="o-small o-joint__code">{code}</span>
    </>
  );
}
