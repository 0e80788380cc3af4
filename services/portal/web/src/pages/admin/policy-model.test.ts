import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editPolicy, readPolicy } from './policy-model';

const shipped = readFileSync(
  new URL('../../../../../../deploy/policies/default.yaml', import.meta.url),
  'utf8',
);

describe('the policy as the page shows it', () => {
  it('reads every rule and number of the policy that is shipped', () => {
    const policy = readPolicy(shipped);
    expect(policy.title).toBe('標準方針');
    expect(policy.tiers.map(({ tier }) => tier)).toEqual(['internal', 'joint', 'public']);
    const [internal, joint, open] = policy.tiers;
    expect(internal!.rules.map(({ rule, value, action }) => [rule, value, action])).toEqual([
      ['DIRECT_IDENTIFIER', null, 'REFUSE'],
      ['EXACT_BIRTH_DATE', null, 'REFUSE'],
      ['K_ANONYMITY', 3, 'WARN'],
      ['DISTINCT_L', 2, 'WARN'],
    ]);
    expect(open!.rules[2]).toMatchObject({ rule: 'K_ANONYMITY', key: 'at_least', value: 10 });
    expect(internal!.tables.persons.map(({ from, never }) => [from, never])).toEqual([
      [0, null],
      [2000, 19],
      [25000, 9],
    ]);
    expect(internal!.tables).toMatchObject({
      establishments: 2,
      zerosProtected: false,
      amounts: { p: 15, contributors: 3 },
      flowBound: null,
    });
    expect([internal!.sameAs, joint!.sameAs, open!.sameAs]).toEqual([null, 'internal', 'internal']);
    expect(joint!.tables.persons).toHaveLength(3);
  });

  it('changes a number and nothing else', () => {
    const rule = readPolicy(shipped).tiers[0]!.rules[2]!;
    const edited = editPolicy(shipped, [{ path: [...rule.path, 'at_least'], value: 5 }]);
    expect(readPolicy(edited).tiers[0]!.rules[2]!.value).toBe(5);
    expect(readPolicy(edited).tiers[2]!.rules[2]!.value).toBe(10);
    expect(edited).toContain('# Shipped default.');
    const back = editPolicy(edited, [{ path: [...rule.path, 'at_least'], value: 3 }]);
    expect(back).toBe(editPolicy(shipped, []));
  });

  it('reaches the tables of every tier that refers to them', () => {
    const path = readPolicy(shipped).tiers[0]!.tables.persons[2]!.path;
    const edited = readPolicy(editPolicy(shipped, [{ path, value: 4 }]));
    expect(edited.tiers.map(({ tables }) => tables.persons[2]!.never)).toEqual([4, 4, 4]);
  });

  it('takes no document that is none', () => {
    expect(() => readPolicy('tiers: [')).toThrow();
    expect(() => readPolicy('title: x')).toThrow();
  });
});
