import {
  TenantService,
  MemberService,
  Role,
  type Tenant,
  TenantState,
  type GetSelfResponse,
} from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useParams } from 'react-router';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { ErrorNotice } from '../ui/ErrorNotice';
import { Loading } from '../ui/Loading';
import { useCall } from './api';
import { fetchSession, type Session } from './session-store';
import { SessionWatch } from './SessionWatch';
import { Welcome } from './Welcome';

interface Signed {
  session: Session;
  self: GetSelfResponse;
  tenants: Tenant[];
}

const Context = createContext<Signed | null>(null);

/** Nothing below is drawn before it is known who is signed in and where. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity });
  const signed = Boolean(session.data);
  const self = useCall(MemberService.method.getSelf, {}, { enabled: signed, staleTime: 60_000 });
  const tenants = useCall(
    TenantService.method.listTenants,
    { pageSize: 500 },
    { enabled: signed, staleTime: 60_000 },
  );
  const t = useText(common);
  const value = useMemo(
    () =>
      session.data && self.data && tenants.data
        ? { session: session.data, self: self.data, tenants: tenants.data.tenants }
        : null,
    [session.data, self.data, tenants.data],
  );
  const failure = session.error ?? self.error ?? tenants.error;
  if (failure) {
    return (
      <main className="o-alone">
        <ErrorNotice
          error={failure}
          title={t.session.failed}
          retry={() => {
            void session.refetch();
            void self.refetch();
            void tenants.refetch();
          }}
        />
      </main>
    );
  }
  if (session.data === null) return <Welcome />;
  if (!value) {
    return (
      <main className="o-alone">
        <Loading />
      </main>
    );
  }
  return (
    <Context value={value}>
      <SessionWatch>{children}</SessionWatch>
    </Context>
  );
}

function useSigned(): Signed {
  const signed = useContext(Context);
  if (!signed) throw new Error('no SessionGate above');
  return signed;
}

/** Who is signed in: the name to show, and the principal that resources name as author or requester. */
export function useSession() {
  const { session, self } = useSigned();
  return {
    name: session.name,
    expires: session.expires,
    issuer: self.principal?.issuer ?? '',
    subject: self.principal?.subject ?? '',
    operator: self.operator,
  };
}

/** Every municipality that the person belongs to (運営: all). */
export const useTenants = (): Tenant[] => useSigned().tenants;

export interface TenantHere {
  /** The id in the URL. */
  id: string;
  /** tenants/{tenant} */
  name: string;
  displayName: string;
  municipalityCode: string;
  population: number;
  state: TenantState;
  /** A path inside the tenant: path('data', id) is /t/{tenant}/data/{id}. */
  path: (...parts: string[]) => string;
}

/** The municipality of the URL; null outside of one. */
export function useTenantOrNull(): TenantHere | null {
  const signed = useContext(Context);
  const { tenant: id } = useParams();
  return useMemo(() => {
    const found = signed?.tenants.find((tenant) => tenant.name === `tenants/${id}`);
    if (!id || !found) return null;
    return {
      id,
      name: found.name,
      displayName: found.displayName,
      municipalityCode: found.municipalityCode,
      population: Number(found.population),
      state: found.state,
      path: (...parts: string[]) =>
        ['', 't', id, ...parts.map(encodeURIComponent)].join('/').replaceAll('%2F', '/'),
    };
  }, [signed?.tenants, id]);
}

/** The municipality of the URL; pages below /t/:tenant have one. */
export function useTenant(): TenantHere {
  const tenant = useTenantOrNull();
  if (!tenant) throw new Error('not inside of a tenant');
  return tenant;
}

export interface Roles {
  list: Role[];
  /** Has any of these. */
  has: (...roles: Role[]) => boolean;
  /** Is steward of this department (tenants/x/departments/y); a steward of none is one of all. */
  stewardOf: (department: string) => boolean;
  /** tenants/x/departments/y of the person's memberships. */
  departments: string[];
}

/** What the person may be in the municipality of the URL. For showing and hiding only: the services decide. */
export function useRoles(): Roles {
  const { self } = useSigned();
  const tenant = useTenantOrNull();
  return useMemo(() => {
    const here = self.memberships.filter((member) =>
      member.name.startsWith(`${tenant?.name ?? '-'}/`),
    );
    const list = [...new Set(here.map((member) => member.role))];
    if (self.operator) list.push(Role.OPERATOR);
    return {
      list,
      has: (...roles) => roles.some((role) => list.includes(role)),
      stewardOf: (department) =>
        here.some(
          (member) =>
            member.role === Role.STEWARD &&
            (!member.department || member.department === department),
        ),
      departments: [...new Set(here.map((member) => member.department).filter(Boolean))],
    };
  }, [self, tenant?.name]);
}
