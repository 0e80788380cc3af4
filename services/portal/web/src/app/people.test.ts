import { create } from '@bufbuild/protobuf';
import { MemberSchema } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { expect, test } from 'vitest';
import { namesOf } from './people';

const member = (subject: string, displayName: string, issuer = 'a') =>
  create(MemberSchema, { principal: { issuer, subject }, displayName });

test('a person is called by the one name, and by none where two people could be meant', () => {
  const names = namesOf([
    member('1', '総務課 山田'),
    member('1', '総務課 山田'),
    member('2', ''),
    member('3', '佐藤'),
    member('3', '鈴木', 'b'),
    member('4', ''),
    member('4', '田中'),
  ]);
  expect([1, 2, 3, 4].map((subject) => names.get(`${subject}`) ?? '')).toEqual([
    '総務課 山田',
    '',
    '',
    '田中',
  ]);
});
