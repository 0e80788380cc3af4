import type ja from '../ja/joint-states';

const en: typeof ja = {
  unspecified: 'Unknown',
  proposed: 'Waiting for answers',
  ready: 'All consent',
  closed: 'Closed',
  made: 'Made',
};
export default en;
