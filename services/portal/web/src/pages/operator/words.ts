import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/operator';
import ja from '../../i18n/ja/operator';
import type { StatusTone } from '../../ui/Status';

export const words = text(ja, en);

export const tenantTone = (state: TenantState): StatusTone =>
  (['neutral', 'success', 'warning', 'warning', 'error'] as const)[state] ?? 'neutral';
