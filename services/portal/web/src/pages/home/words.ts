import { text } from '../../i18n';
import en from '../../i18n/en/home';
import ja from '../../i18n/ja/home';

export const words = text(ja, en);
