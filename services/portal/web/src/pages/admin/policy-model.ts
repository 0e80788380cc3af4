import { isAlias, isMap, isNode, parseDocument } from 'yaml';

/** A policy document (docs/policies.md) as the page shows it. The service is the judge of what is valid. */
export interface PolicyRule {
  rule: string;
  action: string;
  /** Which threshold the rule has, if any. */
  key: 'at_least' | 'at_most' | null;
  value: number | null;
  /** Where it stands in the document. */
  path: (string | number)[];
}

export interface PersonClass {
  from: number;
  /** Null: no tables of persons at all. */
  never: number | null;
  path: (string | number)[];
}

export interface PolicyTables {
  persons: PersonClass[];
  establishments: number | null;
  zerosProtected: boolean;
  amounts: { p: number | null; contributors: number | null } | null;
  flowBound: number | null;
}

export const TIERS = ['internal', 'joint', 'public'] as const;
export type TierKey = (typeof TIERS)[number];

export interface PolicyTier {
  tier: TierKey;
  quasi: string[];
  rules: PolicyRule[];
  tables: PolicyTables;
  /** Its tables are those of this tier, by reference: changed there. */
  sameAs: TierKey | null;
}

export interface PolicyModel {
  title: string;
  identifiers: string[];
  tiers: PolicyTier[];
}

type Plain = Record<string, unknown>;
const plain = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function readRule(value: unknown, path: (string | number)[]): PolicyRule {
  const from = plain(value);
  const key = 'at_least' in from ? 'at_least' : 'at_most' in from ? 'at_most' : null;
  return {
    rule: String(from['rule'] ?? ''),
    action: String(from['action'] ?? ''),
    key,
    value: key ? number(from[key]) : null,
    path,
  };
}

function readTables(value: unknown, path: (string | number)[]): PolicyTables {
  const from = plain(value);
  const amounts = 'amounts' in from ? plain(from['amounts']) : null;
  return {
    persons: list(from['persons']).map((item, at) => ({
      from: number(plain(item)['population_at_least']) ?? 0,
      never: plain(item)['counts'] === false ? null : number(plain(item)['never_shown_up_to']),
      path: [...path, 'persons', at, 'never_shown_up_to'],
    })),
    establishments: number(from['establishments_never_shown_up_to']),
    zerosProtected: from['zeros'] === 'protected',
    amounts: amounts && {
      p: number(amounts['p_percent']),
      contributors: number(amounts['min_contributors']),
    },
    flowBound: number(from['flow_bound']),
  };
}

/** Throws where the text is no YAML or no policy. */
export function readPolicy(document: string): PolicyModel {
  const parsed = parseDocument(document);
  const fault = parsed.errors[0];
  if (fault) throw fault;
  const root = plain(parsed.toJS());
  if (!('tiers' in root)) throw new Error('tiers');
  const tiers = plain(root['tiers']);
  const anchors = new Map<string, TierKey>();
  const found: PolicyTier[] = [];
  for (const tier of TIERS) {
    if (!(tier in tiers)) continue;
    const from = plain(tiers[tier]);
    const path = ['tiers', tier, 'tables'];
    const node = parsed.getIn(path, true);
    const sameAs = isAlias(node) ? (anchors.get(node.source) ?? null) : null;
    if (isNode(node) && isMap(node) && node.anchor) anchors.set(node.anchor, tier);
    found.push({
      tier,
      quasi: list(from['quasi_identifiers']).map(String),
      rules: list(from['rules']).map((item, at) => readRule(item, ['tiers', tier, 'rules', at])),
      tables: readTables(from['tables'], path),
      sameAs,
    });
  }
  return {
    title: String(root['title'] ?? ''),
    identifiers: list(root['identifier_columns']).map(String),
    tiers: found,
  };
}

export interface PolicyEdit {
  path: (string | number)[];
  value: number | string;
}

/** The document with these values; comments and order stay. */
export function editPolicy(document: string, edits: readonly PolicyEdit[]): string {
  const parsed = parseDocument(document);
  for (const { path, value } of edits) parsed.setIn(path, value);
  return parsed.toString({ lineWidth: 0 });
}
