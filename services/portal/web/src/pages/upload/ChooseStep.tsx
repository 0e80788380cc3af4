import { useRef, useState } from 'react';
import { useLanguage, useText } from '../../i18n';
import { SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { formatBytes } from '../../lib/format';
import { formatDate, parseIso } from '../../lib/wareki';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { Select } from '../../ui/Select';
import { guessReferenceDate } from './reference-date';
import { type Chosen, useExisting, useProfiles, type WizardProps } from './UploadPage';
import { words } from './words';

/** The files, each with its 時点, and the profile that they are read with. */
export function ChooseStep({
  dataset,
  files,
  setFiles,
  profile,
  setProfile,
  go,
  date,
}: WizardProps & { date: string }) {
  const t = useText(words);
  const profiles = useProfiles(dataset).data?.profiles ?? [];
  const [tried, setTried] = useState(false);
  const add = (list: FileList | null) => {
    const added = [...(list ?? [])].map((file, index): Chosen => {
      const guess = guessReferenceDate(file.name);
      const given = index === 0 && files.length === 0 ? date : '';
      return {
        id: crypto.randomUUID(),
        file,
        date: given || (guess ?? ''),
        guessed: !given && guess !== null,
        snapshot: '',
      };
    });
    setFiles([...files, ...added]);
  };
  const dates = files.map((item) => item.date);
  const doubled = dates.some((one, index) => one && dates.indexOf(one) !== index);
  const ready =
    files.length > 0 &&
    !doubled &&
    files.every((item) => parseIso(item.date) && item.file.size > 0);
  return (
    <section className="o-section" aria-labelledby="choose">
      <h2 id="choose">{t.choose.title}</h2>
      <p>{t.choose.text}</p>
      <Drop onFiles={add} />
      {files.length > 0 && (
        <ul className="o-files" aria-label={t.choose.files}>
          {files.map((item) => (
            <li key={item.id} className="o-panel">
              <FileRow
                dataset={dataset}
                item={item}
                tried={tried}
                onDate={(next) =>
                  setFiles(
                    files.map((one) =>
                      one.id === item.id ? { ...one, date: next, guessed: false } : one,
                    ),
                  )
                }
                onRemove={() => setFiles(files.filter((one) => one.id !== item.id))}
              />
            </li>
          ))}
        </ul>
      )}
      {doubled && <Notice tone="warning">{t.choose.doubled}</Notice>}
      {profiles.length > 0 && (
        <div className="o-form">
          <Select
            label={t.choose.profile}
            hint={t.choose.profileHint}
            value={profile}
            onChange={setProfile}
            placeholder={t.choose.ownLayout}
            options={profiles.map((item) => ({ value: item.name, label: item.displayName }))}
          />
        </div>
      )}
      <div className="o-actions">
        <Button
          kind="primary"
          onClick={() => {
            setTried(true);
            if (ready) go('map');
          }}
          disabled={files.length === 0}
        >
          {t.next}
        </Button>
      </div>
    </section>
  );
}

/** Where files are dropped or chosen; the button alone is enough. */
export function Drop({
  onFiles,
  multiple = true,
}: {
  onFiles: (files: FileList | null) => void;
  multiple?: boolean;
}) {
  const t = useText(words);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      className={`o-drop${over ? ' o-drop--over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles(event.dataTransfer.files);
      }}
    >
      <Icon name="upload" size={32} />
      <p>{t.choose.drop}</p>
      <input
        ref={input}
        type="file"
        className="o-visually-hidden"
        accept=".csv,.txt,.tsv,text/csv,text/plain"
        multiple={multiple}
        aria-label={t.choose.pick}
        tabIndex={-1}
        onChange={(event) => {
          onFiles(event.target.files);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
      <Button icon="file" onClick={() => input.current?.click()}>
        {t.choose.pick}
      </Button>
      <p className="o-small">{t.choose.hint}</p>
    </div>
  );
}

interface FileRowProps {
  dataset: WizardProps['dataset'];
  item: Chosen;
  tried: boolean;
  onDate: (date: string) => void;
  onRemove: () => void;
}

function FileRow({ dataset, item, tried, onDate, onRemove }: FileRowProps) {
  const t = useText(words);
  const { language } = useLanguage();
  const existing = useExisting(dataset).data?.snapshots ?? [];
  const known = existing.some(
    (snapshot) => snapshot.referenceDate === item.date && snapshot.state === SnapshotState.ACCEPTED,
  );
  const right = parseIso(item.date) !== null;
  const hint = right ? (
    <>
      {formatDate(item.date, language)}
      {item.guessed && `　${t.choose.dateGuessed}`}
      {known && `　${t.choose.existing(formatDate(item.date, language))}`}
    </>
  ) : (
    t.choose.dateHint
  );
  return (
    <div className="o-files__row">
      <div>
        <p className="o-files__name">
          <Icon name="file" />
          <strong>{item.file.name}</strong>
        </p>
        <p className="o-small">{formatBytes(item.file.size)}</p>
        {item.file.size === 0 && <Notice tone="error">{t.choose.empty}</Notice>}
      </div>
      <Field
        type="date"
        label={t.choose.date}
        hint={hint}
        value={item.date}
        onChange={onDate}
        required
        min="1950-01-01"
        max="2100-12-31"
        error={tried && !right ? t.choose.dateMissing : null}
      />
      <Button
        kind="text"
        size="small"
        icon="trash"
        onClick={onRemove}
        aria-label={t.choose.removeFile(item.file.name)}
      >
        {t.choose.remove}
      </Button>
    </div>
  );
}
