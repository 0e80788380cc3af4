BEGIN;
DROP TABLE tenancy.usage, tenancy.quotas, tenancy.policies, tenancy.operators, tenancy.members,
  tenancy.departments, tenancy.tenants;
COMMIT;
