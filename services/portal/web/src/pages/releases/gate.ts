import { ReleaseState } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';

export type Verb = 'approve' | 'reject' | 'publish' | 'withdraw';

/** Why a step is not open to this person; `state`: it is not possible now for anybody. */
export type Blocked =
  'state' | 'selfRequest' | 'selfAuthor' | 'notReviewer' | 'notPublisher' | 'notWithdrawer';

export interface Person {
  subject: string;
  has: (...roles: Role[]) => boolean;
}

interface Subject {
  state: ReleaseState;
  requester: string;
  /** Who made the statistic; empty while it is not known. */
  author: string;
}

const { REQUESTED, APPROVED, PUBLISHED } = ReleaseState;
const FROM: Record<Verb, readonly ReleaseState[]> = {
  approve: [REQUESTED],
  reject: [REQUESTED],
  publish: [APPROVED],
  withdraw: [REQUESTED, APPROVED, PUBLISHED],
};

/**
 * What the page offers, as docs/releases.md has it: null, or why not. To show and to explain only: the service decides,
 * and the database after it.
 */
export function blocked(verb: Verb, release: Subject, person: Person): Blocked | null {
  if (!FROM[verb].includes(release.state)) return 'state';
  const officer = person.has(Role.PRIVACY_OFFICER);
  if (verb === 'publish') {
    return officer || person.has(Role.ADMINISTRATOR) ? null : 'notPublisher';
  }
  if (verb === 'withdraw') {
    const own = release.requester === person.subject && release.state === REQUESTED;
    return officer || person.has(Role.ADMINISTRATOR) || own ? null : 'notWithdrawer';
  }
  if (!officer) return 'notReviewer';
  if (release.author === person.subject) return 'selfAuthor';
  return release.requester === person.subject ? 'selfRequest' : null;
}
