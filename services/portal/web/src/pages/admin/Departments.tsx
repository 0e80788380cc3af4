import { type Department, DepartmentService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo, useState } from 'react';
import { call, useAction } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf, RESOURCE_ID } from '../../lib/format';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';
import { Loading } from '../../ui/Loading';
import { useDepartments } from '../data/queries';
import { words } from './words';

export function Departments() {
  const t = useText(words);
  const shared = useText(common);
  const { has } = useRoles();
  const administrator = has(Role.ADMINISTRATOR);
  const departments = useDepartments();
  const [editing, setEditing] = useState<Department | 'new' | null>(null);
  const [leaving, setLeaving] = useState<Department | null>(null);
  const remove = useAction(
    (name: string) => call(DepartmentService.method.deleteDepartment, { name }),
    {
      refresh: [DepartmentService],
      done: t.departments.removed,
      onSuccess: () => setLeaving(null),
    },
  );
  const list = departments.data?.departments ?? [];
  const columns = useMemo<TableColumn<Department>[]>(() => {
    const read: TableColumn<Department>[] = [
      {
        key: 'name',
        header: t.departments.name,
        rowHeader: true,
        sort: (row) => row.displayName,
        cell: (row) => row.displayName,
      },
      {
        key: 'id',
        header: t.departments.id,
        sort: (row) => row.name,
        cell: (row) => <code>{idOf(row.name)}</code>,
      },
    ];
    if (!administrator) return read;
    const act: TableColumn<Department> = {
      key: 'act',
      header: shared.actions.act,
      cell: (row) => (
        <div className="o-actions">
          <Button
            size="small"
            aria-label={`${row.displayName}: ${t.departments.rename}`}
            onClick={() => setEditing(row)}
          >
            {t.departments.rename}
          </Button>
          <Button
            size="small"
            aria-label={`${row.displayName}: ${t.departments.remove}`}
            onClick={() => setLeaving(row)}
          >
            {t.departments.remove}
          </Button>
        </div>
      ),
    };
    return [...read, act];
  }, [t, shared, administrator]);
  const add = administrator && (
    <Button kind="primary" icon="plus" onClick={() => setEditing('new')}>
      {t.departments.add}
    </Button>
  );
  return (
    <section className="o-section" aria-labelledby="departments">
      <div className="o-section__head">
        <h2 id="departments">{t.departments.title}</h2>
        {list.length > 0 && add}
      </div>
      <p>{t.departments.text}</p>
      <p className="o-small">{t.who(shared.roles.administrator)}</p>
      {departments.error && (
        <ErrorNotice error={departments.error} retry={() => void departments.refetch()} />
      )}
      {departments.isPending && <Loading />}
      {departments.data && list.length === 0 && (
        <EmptyState title={t.departments.none} icon="admin" level={3} action={add}>
          <p>{t.departments.noneText}</p>
        </EmptyState>
      )}
      {list.length > 0 && (
        <DataTable
          caption={t.departments.table}
          hideCaption
          columns={columns}
          rows={list}
          rowKey={(row) => row.name}
        />
      )}
      {editing && (
        <EditDepartment
          department={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => {
          setLeaving(null);
          remove.reset();
        }}
        title={t.departments.removeTitle}
        action={t.departments.remove}
        name={leaving?.displayName ?? ''}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate(leaving.name)}
      >
        <p>{t.departments.removeText}</p>
      </ConfirmDialog>
    </section>
  );
}

function EditDepartment({
  department,
  onClose,
}: {
  department: Department | null;
  onClose: () => void;
}) {
  const t = useText(words);
  const tenant = useTenant();
  const [id, setId] = useState('');
  const [displayName, setName] = useState(department?.displayName ?? '');
  const goodId = department !== null || RESOURCE_ID.test(id);
  const goodName = displayName.trim() !== '';
  const save = useAction(
    (): Promise<unknown> =>
      department
        ? call(DepartmentService.method.updateDepartment, { name: department.name, displayName })
        : call(DepartmentService.method.createDepartment, {
            parent: tenant.name,
            departmentId: id,
            displayName,
          }),
    {
      refresh: [DepartmentService],
      done: department ? t.departments.renamed : t.departments.created,
      onSuccess: onClose,
    },
  );
  const title = department ? t.departments.rename : t.departments.add;
  return (
    <FormDialog
      title={title}
      action={title}
      onClose={onClose}
      ready={goodId && goodName}
      onSubmit={() => save.mutate()}
      busy={save.isPending}
      error={save.error}
    >
      {(tried) => (
        <>
          {!department && (
            <Field
              label={t.departments.id}
              hint={t.departments.idHint}
              required
              autoComplete="off"
              value={id}
              onChange={setId}
              error={tried && !goodId ? t.departments.idBad : null}
            />
          )}
          <Field
            label={t.departments.name}
            required
            value={displayName}
            onChange={setName}
            error={tried && !goodName ? t.departments.nameMissing : null}
          />
        </>
      )}
    </FormDialog>
  );
}
