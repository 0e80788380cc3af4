import { text } from '../../i18n';
import en from '../../i18n/en/data';
import ja from '../../i18n/ja/data';

export const words = text(ja, en);
export type DataText = (typeof words)['ja'];
