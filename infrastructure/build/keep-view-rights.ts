/** Between the statements of a migration. */
const breakpoint = '--> statement-breakpoint';

/**
 * A migration whose views keep what others were granted on them: drizzle-kit changes a view by dropping and creating it,
 * and the rights go with the old one. They are remembered before the first drop and granted again at the end, in the
 * migration's own transaction.
 */
export function keepViewRights(migration: string): string {
  const dropped = [...migration.matchAll(/^DROP VIEW "public"\."(\w+)";/gm)].map(([, view]) => `'${view}'`);
  if (dropped.length === 0 || migration.includes('kept_rights')) return migration;
  return [remember(dropped.join(', ')), migration.trimEnd(), grantAgain].join(`${breakpoint}\n`);
}

/** The rights of every role but the owner, on the view and on columns of it, as the statements that grant them. */
const remember = (views: string) => `-- Others' rights on the views are remembered here and granted again at the end.
CREATE TEMPORARY TABLE kept_rights AS
SELECT format('grant %s%s on %I to %s%s', acl.privilege_type, columns.list, c.relname,
  CASE WHEN acl.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
  CASE WHEN acl.is_grantable THEN ' with grant option' ELSE '' END) AS statement,
  c.relname AS view, columns.name AS column_name
FROM pg_class c
CROSS JOIN LATERAL (
  SELECT c.relacl AS acl, '' AS list, NULL AS name
  UNION ALL SELECT a.attacl, format(' (%I)', a.attname), a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
) columns
CROSS JOIN LATERAL aclexplode(columns.acl) acl
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN (${views}) AND acl.grantee <> c.relowner;
`;

/** A column that the new view does not have has no rights. */
const grantAgain = `
DO $$
DECLARE kept record;
BEGIN
  FOR kept IN SELECT statement FROM kept_rights WHERE column_name IS NULL OR EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = format('public.%I', view)::regclass AND attname = column_name
  ) LOOP
    EXECUTE kept.statement;
  END LOOP;
END $$;
${breakpoint}
DROP TABLE kept_rights;
`;
