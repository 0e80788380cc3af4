import { ColumnKind } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/abstractions';
import ja from '../../i18n/ja/abstractions';

export const words = text(ja, en);
type AbstractionText = (typeof words)['ja'];

const KINDS = ['unspecified', 'link', 'quasi', 'sensitive', 'other'] as const;
export const kindWord = (t: AbstractionText, kind: ColumnKind) =>
  t.kinds[KINDS[kind] ?? 'unspecified'];
