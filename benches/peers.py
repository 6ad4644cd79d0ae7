"""The same work in what a user would pick instead: one process a task, so that its time, processor
time and peak memory are its own.

    peers.py import   duckdb|duckdb-text|duckdb-checked|polars|pandas TICKETS.csv OUT.parquet
    peers.py measures duckdb|polars|pandas TICKETS.parquet      prints one JSON object
    peers.py rows     duckdb|polars|pandas TICKETS.parquet      prints one JSON list of ticket numbers

Only the package that is asked for is loaded. The definitions are Plumb's own, written out by hand.
"""

import json
import sys

DATES = ["opened_at", "sys_created_at", "sys_updated_at", "resolved_at", "closed_at"]
COUNTS = ["reassignment_count", "reopen_count", "sys_mod_count"]
FLAGS = ["active", "made_sla", "knowledge", "u_priority_confirmation"]
FORMAT = "%d/%m/%Y %H:%M"
LEVELS = {"p50": 0.5, "p85": 0.85, "p95": 0.95}
SPANS = {"opened_to_resolved_hours": "resolved_at", "opened_to_closed_hours": "closed_at"}
# The rows of one drill-down: tickets of one team that missed their service level, the latest first.
TEAM, PAGE = "Group 70", 50


# --- DuckDB

def duckdb_types() -> str:
    types = {c: "TIMESTAMP" for c in DATES} | {c: "INTEGER" for c in COUNTS} | {c: "BOOLEAN" for c in FLAGS}
    return ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())


def duckdb_import(source: str, out: str, way: str) -> None:
    import duckdb

    base = duckdb.connect()
    base.execute("SET preserve_insertion_order = false")
    if way == "duckdb-text":
        read = f"SELECT * FROM read_csv('{source}', nullstr = '?', all_varchar = true)"
        base.execute(f"COPY ({read}) TO '{out}' (FORMAT parquet, COMPRESSION snappy)")
        return
    options = f"nullstr = '?', timestampformat = '{FORMAT}', types = {{{duckdb_types()}}}"
    if way == "duckdb-checked":
        # What Plumb does beside: bad rows kept aside with their reason, one row a ticket (the latest
        # version), requesters pseudonymised, assignees dropped, rows counted.
        base.execute(
            f"""COPY (
                SELECT * EXCLUDE (caller_id, assigned_to, opened_by, sys_created_by, sys_updated_by, resolved_by),
                       sha256(caller_id || 'key') AS requester
                FROM read_csv('{source}', {options}, store_rejects = true)
                QUALIFY row_number() OVER (PARTITION BY number ORDER BY sys_mod_count DESC) = 1
            ) TO '{out}' (FORMAT parquet, COMPRESSION snappy)"""
        )
        kept = base.execute(f"SELECT count(*) FROM '{out}'").fetchone()[0]
        rejected = base.execute("SELECT count(*) FROM reject_errors").fetchone()[0]
        print(json.dumps({"kept": kept, "rejected": rejected}))
    else:
        base.execute(f"COPY (SELECT * FROM read_csv('{source}', {options})) TO '{out}' (FORMAT parquet, COMPRESSION snappy)")


def duckdb_measures(path: str) -> dict:
    import duckdb

    base = duckdb.connect()
    ask = lambda sql: base.execute(sql.replace("$T", f"'{path}'")).fetchall()
    found = {}
    row = ask(
        """SELECT count(*), count(*) FILTER (reopen_count > 0), count(*) FILTER (reassignment_count > 0),
           sum(reassignment_count), count(*) FILTER (NOT made_sla), count(*) FILTER (rfc IS NOT NULL),
           count(*) FILTER (reopen_count = 0 AND reassignment_count = 0 AND coalesce(resolved_at, closed_at) IS NOT NULL) FROM $T"""
    )[0]
    names = ["tickets", "reopened", "reassigned", "reassignments", "sla_missed", "linked_to_change", "first_contact_resolved"]
    found |= {name: float(value) for name, value in zip(names, row)}
    for name, end in SPANS.items():
        mean, middle, high = ask(
            f"""SELECT avg(h), quantile_cont(h, 0.5), quantile_cont(h, 0.9)
                FROM (SELECT epoch({end} - opened_at) / 3600 AS h FROM $T WHERE {end} >= opened_at)"""
        )[0]
        found |= {f"{name}/mean": mean, f"{name}/median_completed": middle, f"{name}/p90_completed": high}
        # Kaplan and Meier 1958: open tickets leave the risk at the record's end.
        steps = f"""WITH last AS (SELECT max(greatest(opened_at, sys_updated_at, resolved_at, closed_at)) AS t FROM $T),
            spans AS (SELECT epoch(coalesce({end}, last.t) - opened_at) AS s, {end} IS NOT NULL AS done FROM $T, last
                      WHERE coalesce({end}, last.t) >= opened_at AND ({end} IS NOT NULL OR closed_at IS NULL)),
            times AS (SELECT s, count(*) AS n, count(*) FILTER (done) AS d FROM spans GROUP BY s),
            risk AS (SELECT s, d, sum(n) OVER (ORDER BY s DESC) AS r FROM times),
            curve AS (SELECT s, exp(sum(ln(greatest(1 - d / r, 1e-300))) OVER (ORDER BY s)) AS left_over FROM risk)
            SELECT {', '.join(f'min(s) FILTER (left_over <= {1 - q} + 1e-12) / 3600' for q in LEVELS.values())} FROM curve"""
        found |= {f"{name}/{label}": value for label, value in zip(LEVELS, ask(steps)[0])}
    found["arrivals"] = [list(r) for r in ask(
        "SELECT isodow(opened_at), hour(opened_at), count(*) FROM $T GROUP BY 1, 2 ORDER BY 1, 2")]
    found["backlog"] = [list(r) for r in ask(
        """WITH moves AS (SELECT date_trunc('week', opened_at) AS w, 1 AS n FROM $T
                          UNION ALL SELECT date_trunc('week', closed_at), -1 FROM $T WHERE closed_at IS NOT NULL),
           weeks AS (SELECT w, sum(n) AS n FROM moves GROUP BY w)
           SELECT strftime(w, '%Y-%m-%d'), CAST(sum(n) OVER (ORDER BY w) AS BIGINT) FROM weeks ORDER BY w""")]
    found["items"] = [list(r) for r in ask(
        "SELECT cmdb_ci, count(*) FROM $T WHERE cmdb_ci IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10")]
    found["teams"] = [list(r) for r in ask(
        """SELECT assignment_group, count(*), quantile_cont(epoch(resolved_at - opened_at) / 3600, 0.5), avg(CAST(made_sla AS INT))
           FROM $T WHERE assignment_group IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1""")]
    return found


def duckdb_rows(path: str) -> list:
    import duckdb

    return [r[0] for r in duckdb.connect().execute(
        f"""SELECT number, opened_at, resolved_at, closed_at, priority, category, cmdb_ci FROM '{path}'
            WHERE assignment_group = '{TEAM}' AND NOT made_sla ORDER BY opened_at DESC, number LIMIT {PAGE}""").fetchall()]


# --- Polars

def polars_import(source: str, out: str) -> None:
    import polars as pl

    table = pl.scan_csv(source, null_values="?", infer_schema_length=0)
    table.with_columns(
        [pl.col(c).str.to_datetime(FORMAT) for c in DATES]
        + [pl.col(c).cast(pl.Int32) for c in COUNTS]
        + [(pl.col(c) == "true") for c in FLAGS]
    ).sink_parquet(out, compression="snappy")


def polars_measures(path: str) -> dict:
    import polars as pl

    table = pl.scan_parquet(path)
    row = table.select(
        pl.len().alias("tickets"),
        (pl.col("reopen_count") > 0).sum().alias("reopened"),
        (pl.col("reassignment_count") > 0).sum().alias("reassigned"),
        pl.col("reassignment_count").cast(pl.Int64).sum().alias("reassignments"),
        (~pl.col("made_sla")).sum().alias("sla_missed"),
        pl.col("rfc").is_not_null().sum().alias("linked_to_change"),
        ((pl.col("reopen_count") == 0) & (pl.col("reassignment_count") == 0)
         & pl.coalesce("resolved_at", "closed_at").is_not_null()).sum().alias("first_contact_resolved"),
    ).collect()
    found = {name: float(row[name][0]) for name in row.columns}
    last = table.select(pl.max_horizontal(pl.col("opened_at", "sys_updated_at", "resolved_at", "closed_at").max())).collect().item()
    for name, end in SPANS.items():
        hours = ((pl.col(end) - pl.col("opened_at")).dt.total_seconds() / 3600)
        row = table.filter(pl.col(end) >= pl.col("opened_at")).select(
            hours.mean().alias("a"), hours.quantile(0.5, "linear").alias("m"), hours.quantile(0.9, "linear").alias("h")).collect()
        found |= {f"{name}/mean": row["a"][0], f"{name}/median_completed": row["m"][0], f"{name}/p90_completed": row["h"][0]}
        until = pl.coalesce(end, pl.lit(last))
        told = pl.col(end).is_not_null() | pl.col("closed_at").is_null()
        steps = (
            table.filter(told & (until >= pl.col("opened_at")))
            .select((until - pl.col("opened_at")).dt.total_seconds().alias("s"), pl.col(end).is_not_null().alias("done"))
            .group_by("s").agg(pl.len().alias("n"), pl.col("done").sum().alias("d")).sort("s").collect()
        )
        curve = steps.with_columns(
            (1 - pl.col("d") / pl.col("n").cast(pl.Int64).cum_sum(reverse=True)).clip(1e-300).log().cum_sum().exp().alias("left"))
        for label, q in LEVELS.items():
            at = curve.filter(pl.col("left") <= 1 - q + 1e-12)["s"].min()
            found[f"{name}/{label}"] = None if at is None else at / 3600
    opened = pl.col("opened_at")
    found["arrivals"] = [list(r) for r in table.group_by(opened.dt.weekday().alias("d"), opened.dt.hour().alias("h"))
                         .len().sort("d", "h").collect().iter_rows()]
    week = lambda c, n: table.select(pl.col(c).dt.truncate("1w").alias("w")).drop_nulls().group_by("w").len().select(
        "w", (pl.col("len").cast(pl.Int64) * n).alias("n"))
    weeks = pl.concat([week("opened_at", 1), week("closed_at", -1)]).group_by("w").agg(pl.col("n").sum()).sort("w")
    found["backlog"] = [list(r) for r in weeks.select(pl.col("w").dt.strftime("%Y-%m-%d"), pl.col("n").cum_sum()).collect().iter_rows()]
    found["items"] = [list(r) for r in table.filter(pl.col("cmdb_ci").is_not_null()).group_by("cmdb_ci").len()
                      .sort(["len", "cmdb_ci"], descending=[True, False]).head(10).collect().iter_rows()]
    hours = (pl.col("resolved_at") - opened).dt.total_seconds() / 3600
    found["teams"] = [list(r) for r in table.filter(pl.col("assignment_group").is_not_null()).group_by("assignment_group")
                      .agg(pl.len().alias("n"), hours.quantile(0.5, "linear").alias("m"), pl.col("made_sla").mean().alias("k"))
                      .sort(["n", "assignment_group"], descending=[True, False]).collect().iter_rows()]
    return found


def polars_rows(path: str) -> list:
    import polars as pl

    return (pl.scan_parquet(path).filter((pl.col("assignment_group") == TEAM) & ~pl.col("made_sla"))
            .select("number", "opened_at", "resolved_at", "closed_at", "priority", "category", "cmdb_ci")
            .sort(["opened_at", "number"], descending=[True, False]).head(PAGE).collect()["number"].to_list())


# --- pandas

def pandas_import(source: str, out: str) -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    # In pieces, as one does with files larger than memory.
    for part in pd.read_csv(source, na_values=["?"], keep_default_na=False, dtype=str, chunksize=500_000):
        for c in DATES:
            part[c] = pd.to_datetime(part[c], format=FORMAT)
        for c in COUNTS:
            part[c] = part[c].astype("int32")
        for c in FLAGS:
            part[c] = part[c] == "true"
        piece = pa.Table.from_pandas(part, preserve_index=False)
        writer = writer or pq.ParquetWriter(out, piece.schema, compression="snappy")
        writer.write_table(piece)
    writer.close()


def pandas_measures(path: str) -> dict:
    import numpy as np
    import pandas as pd

    table = pd.read_parquet(path, columns=["opened_at", "sys_updated_at", "resolved_at", "closed_at", "reopen_count",
                                           "reassignment_count", "made_sla", "rfc", "cmdb_ci", "assignment_group"])
    found = {
        "tickets": float(len(table)),
        "reopened": float((table.reopen_count > 0).sum()),
        "reassigned": float((table.reassignment_count > 0).sum()),
        "reassignments": float(table.reassignment_count.sum()),
        "sla_missed": float((~table.made_sla).sum()),
        "linked_to_change": float(table.rfc.notna().sum()),
        "first_contact_resolved": float(((table.reopen_count == 0) & (table.reassignment_count == 0)
                                         & (table.resolved_at.notna() | table.closed_at.notna())).sum()),
    }
    last = max(table[c].max() for c in ["opened_at", "sys_updated_at", "resolved_at", "closed_at"])
    for name, end in SPANS.items():
        hours = (table[end] - table.opened_at).dropna().dt.total_seconds() / 3600
        hours = hours[hours >= 0]
        found |= {f"{name}/mean": hours.mean(), f"{name}/median_completed": hours.quantile(0.5), f"{name}/p90_completed": hours.quantile(0.9)}
        done = table[end].notna()
        seconds = (table[end].fillna(last) - table.opened_at).dt.total_seconds()
        kept = (seconds >= 0) & (done | table.closed_at.isna())
        times = pd.DataFrame({"s": seconds[kept], "done": done[kept]}).groupby("s").done.agg(["size", "sum"])
        risk = times["size"][::-1].cumsum()[::-1]
        left = np.exp(np.log(np.maximum(1 - times["sum"] / risk, 1e-300)).cumsum())
        for label, q in LEVELS.items():
            at = left.index[left <= 1 - q + 1e-12]
            found[f"{name}/{label}"] = at[0] / 3600 if len(at) else None
    opened = table.opened_at.dt
    arrivals = table.groupby([opened.day_of_week + 1, opened.hour]).size()
    found["arrivals"] = [[int(d), int(h), int(n)] for (d, h), n in arrivals.items()]
    week = lambda c: table[c].dropna().dt.to_period("W-SUN").value_counts()
    moves = week("opened_at").sub(week("closed_at"), fill_value=0).sort_index().cumsum()
    found["backlog"] = [[str(w.start_time.date()), int(n)] for w, n in moves.items()]
    items = table.cmdb_ci.value_counts().reset_index().sort_values(["count", "cmdb_ci"], ascending=[False, True]).head(10)
    found["items"] = [[name, int(n)] for name, n in items.itertuples(index=False)]
    table["hours"] = (table.resolved_at - table.opened_at).dt.total_seconds() / 3600
    teams = table.groupby("assignment_group").agg(n=("made_sla", "size"), m=("hours", "median"), k=("made_sla", "mean")).reset_index()
    teams = teams.sort_values(["n", "assignment_group"], ascending=[False, True])
    found["teams"] = [[t, int(n), None if np.isnan(m) else m, k] for t, n, m, k in teams.itertuples(index=False)]
    return found


def pandas_rows(path: str) -> list:
    import pandas as pd

    table = pd.read_parquet(path, columns=["number", "opened_at", "resolved_at", "closed_at", "priority", "category", "cmdb_ci"],
                            filters=[("assignment_group", "==", TEAM), ("made_sla", "==", False)])
    return table.sort_values(["opened_at", "number"], ascending=[False, True]).head(PAGE).number.to_list()


def main() -> None:
    task, tool, *paths = sys.argv[1:]
    if task == "import" and tool.startswith("duckdb"):
        duckdb_import(*paths, way=tool)
    else:
        answer = globals()[f"{tool}_{task}"](*paths)
        if answer is not None:
            print(json.dumps(answer))


if __name__ == "__main__":
    main()
