import type ja from '../ja/release-states';

const en: typeof ja = {
  unspecified: 'Unknown',
  requested: 'Under review',
  approved: 'Approved',
  rejected: 'Rejected',
  published: 'Published',
  withdrawn: 'Withdrawn',
};
export default en;
