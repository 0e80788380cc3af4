import { text } from '../../i18n';
import en from '../../i18n/en/audit';
import ja from '../../i18n/ja/audit';

export const words = text(ja, en);
export type AuditText = (typeof words)['ja'];
