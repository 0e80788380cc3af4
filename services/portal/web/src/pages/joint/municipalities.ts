// 全国地方公共団体コード: its check digit, its prefecture, and the names that a proposal tells.

const PREFECTURES =
  '北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県'.split(
    ' ',
  );

/** JIS X 0401 by the first two digits; empty where there is none. */
export const prefectureOf = (code: string): string =>
  PREFECTURES[Number(code.slice(0, 2)) - 1] ?? '';

/** Six digits of which the last checks the others (JIS X 0402, 附属書). */
export function isMunicipalityCode(code: string): boolean {
  if (!/^\d{6}$/.test(code) || prefectureOf(code) === '') return false;
  const sum = [6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(code[i]), 0);
  return (11 - (sum % 11)) % 10 === Number(code[5]);
}

export type Names = ReadonlyMap<string, string>;

const LINE = /\n参加団体: ([^\n]+)$/u;

/**
 * The purpose as it is proposed: its last line names the participants, since codes are all that the proposal has of them and
 * those who are asked shall know who is meant.
 */
export function purposeWithNames(purpose: string, names: Names): string {
  const list = [...names]
    .filter(([, name]) => name !== '')
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([code, name]) => `${code} ${name}`);
  return list.length === 0 ? purpose.trim() : `${purpose.trim()}\n参加団体: ${list.join('、')}`;
}

/** The purpose without that line, and what it names: as the proposer wrote it, so the code stands beside every name. */
export function readPurpose(text: string): { purpose: string; names: Map<string, string> } {
  const names = new Map<string, string>();
  for (const part of LINE.exec(text)?.[1]?.split('、') ?? []) {
    const match = /^(\d{6}) (.+)$/u.exec(part.trim());
    if (match) names.set(match[1]!, match[2]!);
  }
  return names.size > 0 ? { purpose: text.replace(LINE, ''), names } : { purpose: text, names };
}

/** 「082201 つくば市」, the form that tables know as code and name. */
export const labelOf = (code: string, names: Names): string =>
  `${code} ${names.get(code) ?? (prefectureOf(code) || '-')}`;
