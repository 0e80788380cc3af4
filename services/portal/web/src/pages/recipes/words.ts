import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/recipes';
import ja from '../../i18n/ja/recipes';

export const words = text(ja, en);
export type RecipeText = (typeof words)['ja'];

/** Those who make and change recipes. */
export const CHANGERS = [Role.STEWARD, Role.PRIVACY_OFFICER];
