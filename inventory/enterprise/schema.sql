-- Version 2 of the collection: every submission ever received, with what was computed from it. Migrations from older files: store.py.
create table if not exists submission (
  id integer primary key, sha256 text not null unique, file text not null, received text not null, receipt text not null default '',
  code text not null default '', firm text not null, name text not null, industry text not null, year integer not null, city text not null,
  province text not null, compiled text not null default '', state text not null, kind text not null, edition text not null default '',
  filed_total real, total real, direct real, must_report integer, emission_2010 real, energy_2010 real,
  findings integer not null, worst text not null, incomplete integer not null default 0);
create index if not exists submission_firm on submission (firm, year);
create table if not exists line (
  submission integer not null references submission (id), source text not null, gas text not null, mass_t real not null, co2e_t real not null);
create index if not exists line_submission on line (submission);
create table if not exists fuel (
  submission integer not null references submission (id), fuel text not null, amount real not null, unit text not null,
  ncv real, ncv_unit text, ncv_tick text, cc real, cc_tick text, oxidation real, oxidation_tick text, co2_t real not null);
create index if not exists fuel_submission on fuel (submission);
create table if not exists lab (
  submission integer not null references submission (id), fuel text not null, month integer not null, ncv real, carbon real, sheet text, cell text,
  laboratory text not null default '');
create table if not exists finding (
  submission integer not null references submission (id), grade text not null, code text not null, size_t real not null, text text not null,
  place text not null default '', reason text not null default '');
create index if not exists finding_submission on finding (submission);
create table if not exists history (
  submission integer not null references submission (id), state text not null, at text not null, who text not null default '',
  reason text not null default '');
create table if not exists content (submission integer primary key references submission (id), cells blob not null);
create table if not exists failure (sha256 text primary key, file text not null, at text not null, reason text not null);
create table if not exists skipped (file text primary key, at text not null, kind text not null);
create table if not exists across (code text not null, text text not null, at text not null);
create table if not exists same_firm (code text not null, name text not null, at text not null, who text not null default '', primary key (code, name));
