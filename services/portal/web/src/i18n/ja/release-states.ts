/** Shown on ホーム too, which fetches no other words of the page. */
const ja = {
  unspecified: '不明',
  requested: '申請中',
  approved: '承認済み',
  rejected: '却下',
  published: '公開中',
  withdrawn: '取下げ',
};
export default ja;
