-- A net under the audit log: every changed row is written down by the database, in one chain that shows tampering.
--
-- It catches what code forgets: bulk UPDATE, raw SQL, a console (an ORM listener misses these, measured). It does not
-- replace the audit feature, whose services say what was done and why; attach the trigger to that table too, and both
-- lie in the chain. Actor and request come from core/db.py, by set_config(..., true): for one transaction only.
--
--   select audit.watch('cases');                             -- every column
--   select audit.watch('person', 'password_hash', 'totp');   -- values of these are never written, only "hidden"
--   select * from audit.broken() limit 1;                    -- `flask audit verify`: no row means the chain holds
--
-- Why sealing waits for the commit: the chain needs one lock for all writers. Taken in the row trigger it is held while
-- later statements wait for rows, and one person changing A then B while another changes B alone end in a deadlock
-- (measured). Deferred, it is taken when the transaction waits for nothing else.
--
-- Limits: (1) whoever is superuser can rewrite the whole chain or cut its end: put the last hash into each backup's
-- manifest and each release. (2) Writers must be READ COMMITTED (PostgreSQL's default); anything else would read an old
-- end of the chain and is refused. (3) COPY and bulk loads pay one seal a row: watch a table after its first load.

create schema audit;
grant usage on schema audit to iso_app;

create table audit.change (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default clock_timestamp(),
    actor      text not null,
    request_id text not null,
    relation   text not null,
    row_key    text not null,
    operation  text not null check (operation in ('insert', 'update', 'delete', 'redact')),
    diff       jsonb,           -- {"column": [before, after]}; null once redacted
    salt       bytea,           -- leaves with the diff: a short value could else be guessed from its digest
    digest     bytea not null   -- of salt and diff; the chain covers this, so redaction does not break it
);
create index ix_change_relation_row_key on audit.change (relation, row_key);

create table audit.seal (
    number    bigint primary key,                 -- 1, 2, 3, ... without gaps; not a sequence, which has gaps
    change_id bigint not null unique references audit.change,
    previous  bytea not null,
    hash      bytea not null
);

create function audit.digest_of(salt bytea, diff jsonb) returns bytea language sql immutable
return sha256(salt || convert_to(diff::text, 'UTF8'));

-- A JSON array, not concat_ws(): that skips nulls, so different rows could give one text. The time is spelled out in
-- UTC, since the text of a timestamptz follows the connection's time zone.
create function audit.seal_of(previous bytea, c audit.change) returns bytea language sql stable
return sha256(previous || convert_to(jsonb_build_array(
    c.id, to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), c.actor, c.request_id, c.relation,
    c.row_key, c.operation, encode(c.digest, 'hex'))::text, 'UTF8'));

create function audit.record_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    hidden text[] := coalesce(tg_argv, '{}');
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
    after  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
    diff   jsonb;
    salt   bytea := uuid_send(gen_random_uuid());
begin
    select jsonb_object_agg(
               k, case when k = any (hidden) then '"hidden"' else jsonb_build_array(before -> k, after -> k) end)
      into diff
      from jsonb_object_keys(before || after) k
     where coalesce(before -> k, 'null') <> coalesce(after -> k, 'null');
    if diff is null then
        return null;  -- an update that changed nothing
    end if;
    insert into audit.change (actor, request_id, relation, row_key, operation, diff, salt, digest)
    values (coalesce(current_setting('app.actor', true), ''), coalesce(current_setting('app.request_id', true), ''),
            tg_relid::regclass::text, coalesce(after ->> 'id', before ->> 'id', ''), lower(tg_op),
            diff, salt, audit.digest_of(salt, diff));
    return null;
end $$;

create function audit.seal_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    last audit.seal;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'audited tables are written in READ COMMITTED transactions only';
    end if;
    perform pg_advisory_xact_lock(hashtext('audit.seal'));
    select * into last from audit.seal order by number desc limit 1;
    insert into audit.seal (number, change_id, previous, hash)
    values (coalesce(last.number, 0) + 1, new.id, coalesce(last.hash, ''),
            audit.seal_of(coalesce(last.hash, ''), new));
    return null;
end $$;

create constraint trigger seal_change after insert on audit.change
deferrable initially deferred for each row execute function audit.seal_change();

-- Append-only for everybody, the owner too; the one change allowed is to blank a diff together with its salt.
create function audit.refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'change' then
        old.diff := null;
        old.salt := null;
        if new is not distinct from old then
            return new;
        end if;
    end if;
    raise exception 'the audit log is append-only';
end $$;
create trigger append_only before update or delete on audit.change for each row execute function audit.refuse();
create trigger append_only before update or delete on audit.seal for each row execute function audit.refuse();
create trigger no_truncate before truncate on audit.change execute function audit.refuse();
create trigger no_truncate before truncate on audit.seal execute function audit.refuse();

-- Erasure of a person: their values leave the log; the entries and the chain stay; the redaction is an entry itself.
create function audit.redact(of_relation regclass, of_row_key text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    blanked bigint;
    salt    bytea := uuid_send(gen_random_uuid());
    diff    jsonb;
begin
    update audit.change c set diff = null, salt = null
     where c.relation = of_relation::text and c.row_key = of_row_key and c.diff is not null and c.operation <> 'redact';
    get diagnostics blanked = row_count;
    diff := jsonb_build_object('entries', blanked);
    insert into audit.change (actor, request_id, relation, row_key, operation, diff, salt, digest)
    values (coalesce(current_setting('app.actor', true), ''), coalesce(current_setting('app.request_id', true), ''),
            of_relation::text, of_row_key, 'redact', diff, salt, audit.digest_of(salt, diff));
    return blanked;
end $$;

create function audit.broken() returns table (number bigint, change_id bigint, reason text) language sql stable
begin atomic
    select s.number, s.change_id, w.reason
      from (select s.*, lag(s.number, 1, 0::bigint) over w as number_before,
                   lag(s.hash, 1, ''::bytea) over w as hash_before
              from audit.seal s window w as (order by s.number)) s
      left join audit.change c on c.id = s.change_id
     cross join lateral (select case
            when c.id is null then 'entry missing'
            when s.number <> s.number_before + 1 then 'seal missing before this one'
            when s.previous <> s.hash_before then 'chain cut before this one'
            when s.hash <> audit.seal_of(s.previous, c) then 'entry altered'
            when c.diff is not null and c.digest <> audit.digest_of(c.salt, c.diff) then 'values altered'
           end) w (reason)
     where w.reason is not null
    union all
    select null, c.id, 'entry without a seal'
      from audit.change c where not exists (select from audit.seal s where s.change_id = c.id)
    order by 1 nulls last, 2;
end;

create function audit.watch(relation regclass, variadic hidden text[] default '{}') returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create trigger audited after insert or update or delete on %s'
                   ' for each row execute function audit.record_change(%s)',
                   relation, (select string_agg(quote_literal(h), ', ') from unnest(hidden) h));
end $$;

-- Default privileges may have given the portal's role more: it reads, and writes only through the functions above.
revoke all on all tables in schema audit from iso_app;
revoke all on all functions in schema audit from public;
grant select on audit.change, audit.seal to iso_app;
grant execute on function audit.broken(), audit.redact(regclass, text), audit.seal_of(bytea, audit.change),
                          audit.digest_of(bytea, jsonb) to iso_app;
