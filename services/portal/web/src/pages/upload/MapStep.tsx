import {
  type Profile,
  ProfileService,
  type TryFileResponse,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useEffect, useState } from 'react';
import { call, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { CodeTable } from './CodeTable';
import { ColumnTable } from './ColumnTable';
import {
  doubledColumns,
  isOwnLayout,
  missingColumns,
  newProfileId,
  profileFields,
  type Reading,
  readingOf,
  readingOfProfile,
  sameReading,
} from './mapping';
import { useTrial } from './trial';
import { useProfiles, type WizardProps } from './UploadPage';
import { words } from './words';

/** The file as read, its headers matched with the dataset's columns, codes translated; saved as a profile where needed. */
export function MapStep(props: WizardProps) {
  const t = useText(words);
  const { dataset, files, profile, go } = props;
  const profiles = useProfiles(dataset);
  const [shown, setShown] = useState(files[0]?.id ?? '');
  const item = files.find((one) => one.id === shown) ?? files[0]!;
  const saved = profiles.data?.profiles.find((one) => one.name === profile) ?? null;
  // The first look lets the service detect; a saved profile is what it says.
  const detected = useTrial(dataset, item.id, item.file, null);
  if (detected.error) {
    return (
      <section className="o-section">
        <ErrorNotice
          error={detected.error}
          title={t.map.wrongFile}
          retry={() => void detected.refetch()}
        />
        <div className="o-actions">
          <Button onClick={() => go('choose')}>{t.back}</Button>
          {/* The whole file is checked after it was sent: a dry run that fails must not keep anybody from sending. */}
          <Button onClick={() => go('send')}>{t.map.skip}</Button>
        </div>
      </section>
    );
  }
  if (!detected.data || detected.isPlaceholderData || (profile && profiles.isPending))
    return <Loading />;
  return (
    <section className="o-section" aria-labelledby="map">
      <h2 id="map">{t.map.title}</h2>
      <p>{t.map.text}</p>
      {files.length > 1 && (
        <div className="o-form">
          <Select
            label={t.map.showing}
            value={item.id}
            onChange={setShown}
            options={files.map((one) => ({ value: one.id, label: `${one.date} ${one.file.name}` }))}
          />
        </div>
      )}
      <Mapping
        {...props}
        key={item.id + profile}
        item={item}
        detected={detected.data}
        saved={saved}
      />
    </section>
  );
}

interface MappingProps extends WizardProps {
  item: WizardProps['files'][number];
  detected: TryFileResponse;
  saved: Profile | null;
}

function Mapping({ dataset, schema, item, detected, saved, setProfile, go }: MappingProps) {
  const t = useText(words);
  const [reading, setReading] = useState<Reading>(() =>
    saved ? readingOfProfile(saved, detected) : readingOf(detected),
  );
  const [name, setName] = useState(saved?.displayName ?? '');
  const [tried, setTried] = useState(false);
  const trial = useTrial(dataset, item.id, item.file, reading);
  const seen = trial.data ?? detected;
  // Another encoding gives other headers: what is read as what begins anew for those not known.
  useEffect(() => {
    if (trial.isPlaceholderData || !trial.data) return;
    const fresh = trial.data.headers.filter((header) => !(header in reading.columns));
    if (fresh.length > 0)
      setReading((now) => ({
        ...(saved ? readingOfProfile(saved, trial.data) : readingOf(trial.data)),
        encoding: now.encoding,
        delimiter: now.delimiter,
        codes: now.codes,
      }));
  }, [trial.data, trial.isPlaceholderData, reading.columns, saved]);

  const own = isOwnLayout(schema, seen.headers, reading);
  const unchanged = saved !== null && sameReading(reading, readingOfProfile(saved, detected));
  const missing = missingColumns(schema, reading);
  const doubled = doubledColumns(reading);
  const save = useAction(
    () =>
      call(ProfileService.method.saveProfile, {
        parent: dataset.name,
        profileId: saved ? idOf(saved.name) : newProfileId(),
        profile: { displayName: name.trim(), ...profileFields(reading) },
      }),
    {
      refresh: [ProfileService],
      done: t.map.saved,
      onSuccess: (answer) => {
        setProfile(answer.profile?.name ?? '');
        go('try');
      },
    },
  );
  const next = () => {
    setTried(true);
    if (missing.length > 0 || doubled.length > 0) return;
    if (own) {
      setProfile('');
      go('try');
    } else if (unchanged) {
      go('try');
    } else if (name.trim()) {
      save.mutate();
    }
  };
  return (
    <div className="o-stack o-stack--wide">
      <div className="o-form-row">
        <Select
          label={t.map.encoding}
          value={reading.encoding}
          onChange={(encoding) => setReading({ ...reading, encoding })}
          options={Object.entries(t.map.encodings).map(([value, label]) => ({ value, label }))}
        />
        <Select
          label={t.map.delimiter}
          value={reading.delimiter}
          onChange={(delimiter) => setReading({ ...reading, delimiter })}
          options={[
            { value: ',', label: t.map.comma },
            { value: '\t', label: t.map.tab },
            { value: ';', label: t.map.semicolon },
          ]}
        />
      </div>
      {trial.error && <ErrorNotice error={trial.error} />}
      {trial.isFetching && <Loading>{t.map.reread}</Loading>}
      <Preview tried={seen} />
      <ColumnTable schema={schema} tried={seen} reading={reading} onChange={setReading} />
      {missing.length > 0 && (
        <Notice tone={tried ? 'error' : 'warning'} title={t.map.missing} live={tried}>
          <p>{t.map.missingText}</p>
          <p>
            <strong>{missing.join('、')}</strong>
          </p>
        </Notice>
      )}
      {doubled.length > 0 && <Notice tone="error">{t.map.doubled(doubled.join('、'))}</Notice>}
      <CodeTable schema={schema} tried={seen} reading={reading} onChange={setReading} />
      {!own && !unchanged && (
        <div className="o-panel o-panel--soft o-form">
          <h3>{t.map.save}</h3>
          <p>{t.map.saveText}</p>
          <Field
            label={t.map.profileName}
            hint={t.map.profileNameHint}
            value={name}
            onChange={setName}
            required
            error={tried && !name.trim() ? t.map.profileNameMissing : null}
          />
        </div>
      )}
      {save.error && <ErrorNotice error={save.error} />}
      <div className="o-actions">
        <Button kind="primary" busy={save.isPending} onClick={next}>
          {t.next}
        </Button>
        <Button onClick={() => go('choose')}>{t.back}</Button>
      </div>
    </div>
  );
}

/** The first rows as they were read. */
function Preview({ tried }: { tried: TryFileResponse }) {
  const t = useText(words);
  return (
    <div className="o-table o-table--preview" role="region" aria-label={t.map.preview} tabIndex={0}>
      <table>
        <caption>{t.map.preview}</caption>
        <thead>
          <tr>
            {tried.headers.map((header, index) => (
              <th scope="col" key={`${header}-${index}`}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tried.records.slice(0, 8).map((record, row) => (
            // Rows of a file have no key but their place.
            <tr key={row}>
              {record.values.map((value, column) => (
                <td key={column}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
