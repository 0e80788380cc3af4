// What a browser may call. A service that is not here does not exist for it, and a method may be left out; whether this
// person may call it, the service itself decides.
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { AbstractionService, RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import * as aggregation from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { JointService } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { AuditService } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { OperationService } from '@oboro/gen/oboro/operation/v1/operation_pb';
import * as tenancy from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  DatasetService,
  ProfileService,
  SnapshotService,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { VerificationService } from '@oboro/gen/oboro/verification/v1/verification_pb';

export const SERVICES: readonly DescService[] = [
  tenancy.TenantService,
  tenancy.DepartmentService,
  tenancy.MemberService,
  tenancy.PolicyService,
  tenancy.KeyService,
  DatasetService,
  ProfileService,
  SnapshotService,
  RecipeService,
  AbstractionService,
  VerificationService,
  aggregation.StatisticService,
  aggregation.ViewService,
  aggregation.ReleaseService,
  JointService,
  OperationService,
  AuditService,
];

/** Client streams are uploads, which go by tus. */
export const isForwarded = (method: DescMethod): boolean =>
  method.methodKind === 'unary' || method.methodKind === 'server_streaming';
