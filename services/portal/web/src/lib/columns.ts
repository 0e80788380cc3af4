import type { Language } from '../i18n';

/** Columns of the shipped recipes in words; a municipality's own columns have the names that it gave them. */
const TITLES: Record<string, { ja: string; en: string }> = {
  団体: { ja: '団体', en: 'municipality' },
  person: { ja: '個人', en: 'person' },
  household: { ja: '世帯', en: 'household' },
  city: { ja: '市', en: 'city' },
  mesh250: { ja: '250mメッシュ', en: '250 m mesh' },
  mesh500: { ja: '500mメッシュ', en: '500 m mesh' },
  mesh1000: { ja: '1kmメッシュ', en: '1 km mesh' },
  ward: { ja: '区', en: 'ward' },
  town: { ja: '町丁目', en: 'town' },
  age_band: { ja: '年齢', en: 'age' },
  sex: { ja: '性別', en: 'sex' },
  relation: { ja: '続柄', en: 'relation' },
  resident_kind: { ja: '住民種別', en: 'kind of resident' },
  country: { ja: '国籍', en: 'country' },
  event: { ja: '異動事由', en: 'event' },
  resident_since: { ja: '住民となった年月', en: 'resident since' },
};

export const columnTitle = (column: string, language: Language): string =>
  TITLES[column]?.[language] ?? column;
