import { text } from '../../i18n';
import en from '../../i18n/en/findings';
import ja from '../../i18n/ja/findings';

export const words = text(ja, en);
