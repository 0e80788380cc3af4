import { type Member, MemberService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo, useState } from 'react';
import { call, useAction, useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { PersonName } from '../../app/people';
import { roleWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { useDepartmentName } from '../data/queries';
import { AddMember } from './AddMember';
import { words } from './words';

export function Members() {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { has } = useRoles();
  const administrator = has(Role.ADMINISTRATOR);
  const [adding, setAdding] = useState(false);
  const members = useCall(MemberService.method.listMembers, { parent: tenant.name });
  const list = members.data?.members ?? [];
  const officers = new Set(
    list
      .filter((member) => member.role === Role.PRIVACY_OFFICER)
      .map((member) => member.principal?.subject),
  );
  return (
    <section className="o-section" aria-labelledby="members">
      <div className="o-section__head">
        <h2 id="members">{t.members.title}</h2>
        {administrator && (
          <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
            {t.members.add}
          </Button>
        )}
      </div>
      <p>{t.members.text}</p>
      <p className="o-small">{t.who(shared.roles.administrator)}</p>
      {members.data && officers.size === 1 && (
        <Notice tone="warning">
          <p>{t.members.fewReviewers}</p>
        </Notice>
      )}
      {members.error && <ErrorNotice error={members.error} retry={() => void members.refetch()} />}
      {members.isPending ? <Loading /> : <MemberTable members={list} change={administrator} />}
      {adding && <AddMember onClose={() => setAdding(false)} />}
    </section>
  );
}

/** What the person is called in words and buttons. */
const callOf = (member: Member): string => member.displayName || (member.principal?.subject ?? '');

function MemberTable({ members, change }: { members: Member[]; change: boolean }) {
  const t = useText(words);
  const shared = useText(common);
  const department = useDepartmentName();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const remove = useAction((name: string) => call(MemberService.method.removeMember, { name }), {
    refresh: [MemberService],
    done: t.members.removed,
    onSuccess: () => setLeaving(null),
  });
  const columns = useMemo<TableColumn<Member>[]>(() => {
    const read: TableColumn<Member>[] = [
      {
        key: 'person',
        header: t.members.person,
        rowHeader: true,
        sort: callOf,
        cell: (row) => <PersonName subject={row.principal?.subject ?? ''} />,
      },
      {
        key: 'role',
        header: t.members.role,
        nowrap: true,
        sort: (row) => row.role,
        cell: (row) => roleWord(shared, row.role),
      },
      {
        key: 'department',
        header: t.members.department,
        sort: (row) => row.department,
        cell: (row) => (row.department ? department(row.department) : shared.none),
      },
    ];
    if (!change) return read;
    const act: TableColumn<Member> = {
      key: 'act',
      header: t.members.remove,
      cell: (row) => (
        <Button
          size="small"
          aria-label={`${callOf(row)} ${roleWord(shared, row.role)}: ${t.members.remove}`}
          onClick={() => setLeaving(row)}
        >
          {t.members.remove}
        </Button>
      ),
    };
    return [...read, act];
  }, [t, shared, department, change]);
  const name = leaving ? callOf(leaving) : '';
  return (
    <>
      <DataTable
        caption={t.members.table}
        hideCaption
        columns={columns}
        rows={members}
        rowKey={(row) => row.name}
        empty={t.members.none}
      />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => {
          setLeaving(null);
          remove.reset();
        }}
        title={t.members.removeTitle}
        action={t.members.remove}
        name={name}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate(leaving.name)}
      >
        <p>{leaving && t.members.removeText(name, roleWord(shared, leaving.role))}</p>
      </ConfirmDialog>
    </>
  );
}
