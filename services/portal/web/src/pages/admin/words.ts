import { text } from '../../i18n';
import en from '../../i18n/en/admin';
import ja from '../../i18n/ja/admin';

export const words = text(ja, en);
export type AdminText = (typeof words)['ja'];
