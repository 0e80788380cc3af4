import { text } from '../../i18n';
import en from '../../i18n/en/upload';
import ja from '../../i18n/ja/upload';

export const words = text(ja, en);
