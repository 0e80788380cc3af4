const grouped = new Intl.NumberFormat('ja-JP');
const oneDigit = new Intl.NumberFormat('ja-JP', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('ja-JP', { style: 'percent', maximumFractionDigits: 1 });

/** 1,234,567 */
export const formatNumber = (value: number | bigint): string => grouped.format(value);

/** 12.3 */
export const formatDecimal = (value: number): string => oneDigit.format(value);

/** 12.3% of a ratio. */
export const formatPercent = (ratio: number): string => percent.format(ratio);

/** 1.2 MB; steps of 1,000 as file managers show them. */
export function formatBytes(bytes: number | bigint): string {
  let value = Number(bytes);
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? grouped.format(value) : oneDigit.format(value)} ${units[unit]}`;
}

/** 3秒, 2分5秒, 1時間4分 (3 s, 2 min 5 s, 1 h 4 min). */
export function formatDuration(seconds: number, language: 'ja' | 'en'): string {
  const [h, m, s] = language === 'ja' ? ['時間', '分', '秒'] : [' h ', ' min ', ' s'];
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${s}`.trim();
  if (whole < 3600) return `${Math.floor(whole / 60)}${m}${whole % 60}${s}`.trim();
  return `${Math.floor(whole / 3600)}${h}${Math.floor((whole % 3600) / 60)}${m}`.trim();
}

/** The last part of a resource name: the id. */
export const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The part behind a collection: partOf('tenants/a/datasets/b/snapshots/c', 'datasets') is b. */
export function partOf(name: string, collection: string): string {
  const parts = name.split('/');
  const at = parts.indexOf(collection);
  return at >= 0 && at % 2 === 0 ? (parts[at + 1] ?? '') : '';
}

/** The form of ids that people choose. */
export const RESOURCE_ID = /^[a-z][a-z0-9-]{1,62}$/;
