import { Field } from './Field';

export interface Principal {
  subject: string;
  issuer: string;
}

/** Who is meant: the number at the provider, and the provider. */
export function PrincipalFields({
  words,
  value,
  onChange,
  error,
}: {
  words: { subject: string; subjectHint?: string; issuer: string; issuerHint: string };
  value: Principal;
  onChange: (value: Principal) => void;
  error: string | null;
}) {
  return (
    <>
      <Field
        label={words.subject}
        {...(words.subjectHint ? { hint: words.subjectHint } : {})}
        required
        autoComplete="off"
        value={value.subject}
        onChange={(subject) => onChange({ ...value, subject })}
        error={error}
      />
      <Field
        label={words.issuer}
        hint={words.issuerHint}
        value={value.issuer}
        onChange={(issuer) => onChange({ ...value, issuer })}
      />
    </>
  );
}

/** As the service takes it. */
export const trimmed = ({ subject, issuer }: Principal): Principal => ({
  subject: subject.trim(),
  issuer: issuer.trim(),
});
