import { text } from '../../i18n';
import en from '../../i18n/en/releases';
import ja from '../../i18n/ja/releases';

export const words = text(ja, en);
export type ReleaseText = (typeof words)['ja'];
