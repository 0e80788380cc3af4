import { type View, ViewService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useState } from 'react';
import { client, useAction } from '../../app/api';
import { useSession, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Checkbox, Field } from '../../ui/Field';
import { useToast } from '../../ui/Toast';
import { type Layout, layoutToQuery } from './model/layout';

interface SaveViewProps {
  statistic: string;
  layout: Layout;
  /** The view that is open, if one is. */
  view: View | undefined;
  onSaved: (view: View) => void;
  onDeleted: () => void;
}

/** Saves how the table is looked at now; the owner of the open view may replace or delete it. */
export function SaveView({ statistic, layout, view, onSaved, onDeleted }: SaveViewProps) {
  const t = useText(statistics);
  const toast = useToast();
  const tenant = useTenant();
  const { subject } = useSession();
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const own = view !== undefined && view.owner.endsWith(subject);
  const remove = useAction(() => client(ViewService).deleteView({ name: view!.name }), {
    refresh: [ViewService],
    done: t.view.removed,
    onSuccess: () => {
      setRemoving(false);
      onDeleted();
    },
  });
  const copy = async () => {
    const path = tenant.path('statistics', idOf(statistic));
    await navigator.clipboard.writeText(`${location.origin}${path}?view=${idOf(view!.name)}`);
    toast(t.view.copied);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t.view.save}</Button>
      {view?.shared && <Button onClick={() => void copy()}>{t.view.link}</Button>}
      {own && (
        <Button kind="text" onClick={() => setRemoving(true)}>
          {t.view.remove}
        </Button>
      )}
      {open && (
        <SaveDialog
          statistic={statistic}
          layout={layout}
          view={own ? view : undefined}
          onClose={() => setOpen(false)}
          onSaved={(saved) => {
            setOpen(false);
            onSaved(saved);
          }}
        />
      )}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t.view.removeTitle}
        action={t.view.remove}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <p>{t.view.removeBody}</p>
      </ConfirmDialog>
    </>
  );
}

interface SaveDialogProps extends Omit<SaveViewProps, 'onDeleted'> {
  onClose: () => void;
}

function SaveDialog({ statistic, layout, view, onClose, onSaved }: SaveDialogProps) {
  const t = useText(statistics);
  const tenant = useTenant();
  const [name, setName] = useState(view?.displayName ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  const [tried, setTried] = useState(false);
  const save = useAction(
    async (target: View | undefined) => {
      const content = {
        displayName: name.trim(),
        statistic,
        shared,
        layoutJson: JSON.stringify(layoutToQuery(layout)),
      };
      const answer = target
        ? await client(ViewService).updateView({ name: target.name, view: content })
        : await client(ViewService).createView({ parent: tenant.name, view: content });
      return answer.view!;
    },
    { refresh: [ViewService], done: t.view.saved, onSuccess: onSaved },
  );
  const submit = (target: View | undefined) => {
    setTried(true);
    if (name.trim() !== '') save.mutate(target);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.view.title}
      footer={
        <>
          <Button kind="primary" busy={save.isPending} onClick={() => submit(undefined)}>
            {t.view.save}
          </Button>
          {view && (
            <Button busy={save.isPending} onClick={() => submit(view)}>
              {t.view.update}
            </Button>
          )}
        </>
      }
    >
      <Field
        label={t.view.name}
        value={name}
        onChange={setName}
        required
        maxLength={100}
        error={tried && name.trim() === '' ? t.build.needName : null}
      />
      <Checkbox checked={shared} onChange={setShared}>
        {t.view.shared}
      </Checkbox>
      {save.error ? <ErrorNotice error={save.error} /> : null}
    </Dialog>
  );
}
