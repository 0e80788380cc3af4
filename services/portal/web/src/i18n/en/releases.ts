import type ja from '../ja/releases';
import states from './release-states';

const en: typeof ja = {
  title: 'Releases',
  lead: 'A table leaves the house only with the approval of a privacy officer who neither asked for it nor made it. Then it is published.',
  howTo: 'The way to a release',
  steps: [
    'An analyst or privacy officer asks on the page of the statistic, with a reason.',
    'A privacy officer who neither asked nor made the table approves or rejects it.',
    'What was approved is published by a privacy officer or administrator.',
    'A release is ended by withdrawing it, with a reason. What somebody has already is not taken back.',
  ],
  newRequest: 'Ask on the page of a statistic',
  states,
  filter: 'State',
  all: 'All',
  waiting: (n) => `${n} requests wait for your review`,
  showWaiting: 'Show only those that wait',
  table: 'Requests and releases',
  columns: {
    statistic: 'Table',
    tier: 'For',
    state: 'State',
    requester: 'Asked by',
    time: 'Asked at',
    last: 'Last step',
  },
  none: 'Nobody has asked for a release yet',
  noneText:
    'Open a table on the statistics page and press “Ask for release”; it is listed here then.',
  noneFiltered: 'None is in this state.',
  statistic: 'Table',
  openStatistic: 'Open the table',
  tier: 'For',
  requester: 'Asked by',
  author: 'Made by',
  suppressed: 'Suppressed cells',
  cells: (n) => `${n} cells`,
  reference: 'Reference date',
  history: 'History',
  historyOf: 'Steps of this release',
  who: 'Who',
  what: 'Step',
  when: 'When',
  why: 'Reason',
  next: 'Next step',
  nextSteps: {
    requested: 'A privacy officer who neither asked nor made the table reviews it.',
    approved: 'A privacy officer or administrator publishes it.',
    rejected: 'It was rejected. Mend it, and ask anew on the page of the statistic.',
    published: 'It is published. Withdraw it to end that.',
    withdrawn: 'It was withdrawn. Ask anew on the page of the statistic if it is wanted.',
    unspecified: '',
  },
  did: {
    unspecified: 'Unknown step',
    requested: 'Requested',
    approved: 'Approved',
    rejected: 'Rejected',
    published: 'Published',
    withdrawn: 'Withdrawn',
  },
  approve: 'Approve',
  reject: 'Reject',
  publish: 'Publish',
  withdraw: 'Withdraw',
  blocked: {
    selfRequest:
      'You asked for this release, so you cannot review it. Ask another privacy officer.',
    selfAuthor:
      'You made this table, so you cannot review its release. Ask another privacy officer.',
    notReviewer: 'Privacy officers review.',
    notPublisher: 'Privacy officers and administrators publish.',
    notWithdrawer:
      'Privacy officers and administrators withdraw; before the review also who asked for it.',
    state: '',
  },
  approveTitle: 'Approve this request?',
  approveText:
    'Then a privacy officer or administrator can publish this table. Look at the table and at what is suppressed first.',
  rejectTitle: 'Reject this request?',
  rejectText: 'A rejection is final. Who asked mends the table and asks anew.',
  publishTitle: 'Publish this table?',
  publishText: (tier) =>
    `It is recorded as handed out for “${tier}”. What people have in their hands is not taken back.`,
  withdrawTitle: 'Withdraw it?',
  withdrawText:
    'It leaves the list of what is published. Files that were handed out stay where they are, and it stays in the ledger.',
  reason: 'Reason',
  reasonHint:
    'At most 500 characters, kept in the history and in the audit trail. Write no personal data.',
  reasonOptional: 'What you checked (optional)',
  reasonMissing: 'Write a reason.',
  done: {
    approve: 'Approved.',
    reject: 'Rejected.',
    publish: 'Published.',
    withdraw: 'Withdrawn.',
  },
  notFound: 'There is no such request',
  notFoundText: 'Its name is wrong, or it is another municipality’s.',
  back: 'All releases',
};

export default en;
