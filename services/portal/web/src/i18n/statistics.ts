import { text } from '.';
import en from './en/statistics';
import ja from './ja/statistics';

export const statistics = text(ja, en);
