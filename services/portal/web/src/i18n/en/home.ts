import type ja from '../ja/home';

const en: typeof ja = {
  title: 'Home',
  hello: (name, place) => `${name}, this is how things stand in ${place}.`,
  tasks: {
    title: 'Waiting for you',
    count: (n) => n,
    none: 'Nothing waits for you',
    noneSteward: 'When a new file has come, upload it from the page of data.',
    noneAnalyst: 'When data has passed verification, statistics can be made from here.',
    noneOfficer: 'Verifications and releases to review are listed here.',
    noneOther: 'Work that waits for you is listed here.',
    toData: 'Open the data',
    toStatistics: 'Open the statistics',
    approve: 'Review the request to release',
    publish: 'Publish the approved statistic',
    answerJoint: 'Answer the proposal of a joint statistic',
    makeJoint: 'Make the joint statistic',
    requestedBy: (name) => `Asked for by ${name}`,
    more: (n) => `${n} more`,
  },
  running: {
    title: 'Running work',
    none: 'Nothing is running. Checks of files, abstractions and the like show their progress here.',
    open: 'Open what it is about',
    failed: 'Failed within 24 hours',
  },
  changes: {
    title: 'What changed',
    none: 'Nothing has happened yet',
    noneText:
      'Files received, verdicts, statistics and releases are listed here, newest first. It begins so:',
    steps: [
      'Data steward: add a dataset and send a file',
      'Data steward: settle errors, abstract and verify',
      'Analyst: make a statistic and ask for its release',
      'Privacy officer: review and publish',
    ],
    when: 'When',
    what: 'Kind',
    about: 'About',
    state: 'State',
    kinds: {
      snapshot: 'Snapshot',
      verdict: 'Verdict',
      statistic: 'Statistic',
      release: 'Release',
    },
  },
  admin: {
    title: 'Administration',
    members: 'Manage members and roles',
    audit: 'Open the audit trail',
  },
  noRole: {
    title: 'You have no role yet',
    text: 'Ask the administrator of the municipality for a role. Your work is then listed here.',
  },
};
export default en;
