/** Shown on ホーム too, which fetches no other words of the page. */
const ja = {
  unspecified: '不明',
  proposed: '回答待ち',
  ready: '全団体が同意',
  closed: '中止',
  made: '作成済み',
};
export default ja;
