import { SnapshotService, SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useState } from 'react';
import { useCall } from '../../app/api';
import { useLanguage, useText } from '../../i18n';
import { formatBytes } from '../../lib/format';
import { formatDate } from '../../lib/wareki';
import { Button } from '../../ui/Button';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Drop } from './ChooseStep';
import { fingerprintOf, rememberedFor } from './fingerprint';
import type { WizardProps } from './UploadPage';
import { words } from './words';

type Match = 'same' | 'different' | 'unknown' | 'small';

/** An upload that was cut goes on: the same file is chosen again. */
export function ResumeStep({ snapshot: name, setFiles, go }: WizardProps & { snapshot: string }) {
  const t = useText(words);
  const { language } = useLanguage();
  const answer = useCall(SnapshotService.method.getSnapshot, { name }, { staleTime: 0 });
  const [file, setFile] = useState<File | null>(null);
  const [match, setMatch] = useState<Match | null>(null);
  const snapshot = answer.data?.snapshot;
  if (answer.error) return <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />;
  if (!snapshot) return <Loading />;
  if (snapshot.state !== SnapshotState.OPEN)
    return <Notice tone="warning">{t.resume.notOpen}</Notice>;
  const choose = async (list: FileList | null) => {
    const chosen = list?.[0];
    if (!chosen) return;
    const known = rememberedFor(name);
    const own = await fingerprintOf(chosen);
    setFile(chosen);
    if (BigInt(chosen.size) < snapshot.committedBytes) setMatch('small');
    else setMatch(known === null ? 'unknown' : known === own ? 'same' : 'different');
  };
  const goOn = () => {
    if (!file) return;
    setFiles([{ id: name, file, date: snapshot.referenceDate, guessed: false, snapshot: name }]);
    go('send');
  };
  return (
    <section className="o-section" aria-labelledby="resume">
      <h2 id="resume">{t.resume.title}</h2>
      <p>
        {t.resume.text(
          formatDate(snapshot.referenceDate, language),
          formatBytes(snapshot.committedBytes),
        )}
      </p>
      <Drop onFiles={(list) => void choose(list)} multiple={false} />
      {file && match && (
        <Notice
          live
          tone={match === 'same' ? 'success' : match === 'unknown' ? 'warning' : 'error'}
          title={`${file.name}（${formatBytes(file.size)}）`}
          actions={
            match !== 'small' && (
              <Button kind={match === 'same' ? 'primary' : 'secondary'} onClick={goOn}>
                {match === 'different' ? t.resume.anyway : t.resume.go}
              </Button>
            )
          }
        >
          {match === 'different' && <p>{t.resume.different}</p>}
          {match === 'unknown' && <p>{t.resume.unknown}</p>}
          {match === 'small' && <p>{t.resume.tooSmall}</p>}
        </Notice>
      )}
    </section>
  );
}
