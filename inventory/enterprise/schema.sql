-- One database file for the province: every submission ever received, its recomputed lines, fuels and findings.
create table if not exists submission (
  id integer primary key, sha256 text not null unique, file text not null, received text not null,
  firm text not null, name text not null, industry text not null, year integer not null, city text not null, province text not null,
  sequence integer not null, status text not null, kind text not null,
  filed_total real, total real, direct real, must_report integer, emission_2010 real, energy_2010 real,
  findings integer not null, worst text not null);
create index if not exists submission_firm on submission (firm, year, sequence);
create table if not exists line (
  submission integer not null references submission (id), source text not null, gas text not null, mass_t real not null, co2e_t real not null);
create index if not exists line_submission on line (submission);
create table if not exists fuel (
  submission integer not null references submission (id), fuel text not null, amount real not null, unit text not null,
  ncv real, ncv_unit text, ncv_tick text, cc real, cc_tick text, oxidation real, oxidation_tick text, co2_t real not null);
create index if not exists fuel_submission on fuel (submission);
create table if not exists lab (
  submission integer not null references submission (id), fuel text not null, month integer not null, ncv real, carbon real, sheet text, cell text);
create table if not exists finding (
  submission integer not null references submission (id), grade text not null, code text not null, size_t real not null, text text not null);
create table if not exists history (
  submission integer not null references submission (id), status text not null, at text not null, note text not null);
create table if not exists failure (sha256 text primary key, file text not null, at text not null, reason text not null);
