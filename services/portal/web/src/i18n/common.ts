import { text } from '.';
import en from './en/common';
import ja from './ja/common';

export const common = text(ja, en);
