"""Scales the bundled sample to any number of tickets, as a CSV in the sample's own columns.

Each ticket is one of the sample's, drawn again: its dates are moved by whole weeks (so that weekday,
hour and every duration stay), and it gets a fresh number. One row a ticket, its latest version;
with --audit all its rows, as in the sample's log. Without --audit the export is taken at an instant:
what was resolved or closed after it is still open. The sample has no texts: with --words each ticket gets a
title and a description of made-up words, few of them frequent as in a language (Zipf), some 330 bytes a
ticket. The same arguments give the same bytes.

    generate.py --tickets 1000000 --out tickets.csv [--audit] [--words] [--seed 1] [--sample FILE.csv.xz]
"""

import argparse
import lzma
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "uci_incident_event_log.csv.xz"
DATES = ["opened_at", "sys_created_at", "sys_updated_at", "resolved_at", "closed_at"]
CHUNK = 250_000
# Weeks over which the tickets are spread; the sample itself covers fourteen full ones.
SPREAD_WEEKS = 156
END = datetime(2016, 2, 29) + timedelta(weeks=SPREAD_WEEKS + 14)
# The sample's few later tickets would be opened after the end: they are moved back by as much.
BACK_DAYS = 7 * 53
VOCABULARY = 20_000


def sample(path: Path) -> pl.DataFrame:
    with lzma.open(path) as packed:
        rows = pl.read_csv(packed.read(), infer_schema_length=0)
    return rows.with_columns(
        [pl.col(c).str.to_datetime("%d/%m/%Y %H:%M", strict=False) for c in DATES]
        + [pl.col("sys_mod_count").cast(pl.Int64).alias("_revision")]
    )


def as_it_stood(made: pl.DataFrame) -> pl.DataFrame:
    """The tickets as an export at the end would show them."""
    later = lambda column: pl.col(column) > END
    state = pl.when(later("resolved_at") | (later("closed_at") & pl.col("resolved_at").is_null())).then(pl.lit("Active"))
    state = state.when(later("closed_at")).then(pl.lit("Resolved")).otherwise(pl.col("incident_state"))
    return made.with_columns(
        state.alias("incident_state"),
        pl.when(later("closed_at")).then(pl.lit("true")).otherwise(pl.col("active")).alias("active"),
        pl.when(later("sys_updated_at")).then(pl.lit(END)).otherwise(pl.col("sys_updated_at")).alias("sys_updated_at"),
        *[pl.when(later(c)).then(None).otherwise(pl.col(c)).alias(c) for c in ("resolved_at", "closed_at")],
    )


def made_up(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Words, and the share of all that each and those before it make up."""
    syllables = [a + b for a in "bdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")]
    lengths = chance.integers(1, 5, VOCABULARY)
    words = np.array(["".join(chance.choice(syllables, n)) for n in lengths])
    shares = np.cumsum(1 / (np.arange(VOCABULARY) + 2.7))
    return words, shares / shares[-1]


def texts(n: int, least: int, most: int, words: tuple[np.ndarray, np.ndarray], chance: np.random.Generator) -> list[str]:
    lengths = chance.integers(least, most, n)
    ends = np.cumsum(lengths)
    drawn = words[0][np.searchsorted(words[1], chance.random(ends[-1]))].tolist()
    return [" ".join(drawn[end - length : end]) for length, end in zip(lengths.tolist(), ends.tolist())]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--tickets", type=int, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--audit", action="store_true", help="all rows of each ticket, not the latest alone")
    ask.add_argument("--words", action="store_true", help="a title and a description of made-up words for each ticket")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--sample", type=Path, default=SAMPLE)
    args = ask.parse_args()

    rows = sample(args.sample)
    columns = [c for c in rows.columns if not c.startswith("_")]
    latest = (
        rows.with_row_index("_row")
        .sort("number", "_revision", "_row")
        .group_by("number", maintain_order=True)
        .last()
        .sort("opened_at", "number")
        .with_row_index("_source")
    )
    versions = rows.join(latest.select("number", "_source"), on="number") if args.audit else latest
    versions = versions.sort("_source", "_revision", maintain_order=True) if args.audit else versions
    day = latest["opened_at"].dt.date().to_physical().to_numpy()
    chance = np.random.Generator(np.random.PCG64(args.seed))
    words = made_up(np.random.Generator(np.random.PCG64(args.seed))) if args.words else None
    done = 0
    with args.out.open("wb") as out:
        while done < args.tickets:
            n = min(CHUNK, args.tickets - done)
            number = np.arange(done, done + n)
            # Roughly in the order of opening, as exports are: the week moves on with the number.
            week = (number * SPREAD_WEEKS // args.tickets).astype(np.int64)
            source = chance.integers(0, latest.height, n)
            # In the order of days, mixed within a day, so that copies of one ticket do not lie side by side.
            source = source[np.lexsort((chance.random(n), day[source]))]
            drawn = pl.DataFrame(
                {
                    "_source": source.astype(np.uint32),
                    "_new": number,
                    "_moved": week * 7,
                }
            )
            made = (
                drawn.join(versions, on="_source", how="left", maintain_order="left_right")
                .with_columns(
                    pl.when(pl.col("opened_at") + pl.duration(days=pl.col("_moved")) > END)
                    .then(pl.col("_moved") - BACK_DAYS)
                    .otherwise(pl.col("_moved"))
                    .alias("_moved")
                )
                .with_columns(
                    pl.format("INC{}", pl.col("_new").cast(pl.String).str.zfill(9)).alias("number"),
                    *[(pl.col(c) + pl.duration(days=pl.col("_moved"))).alias(c) for c in DATES],
                )
                .pipe(lambda made: made if args.audit else as_it_stood(made))
                .select(
                    [pl.col(c).dt.to_string("%-d/%-m/%Y %H:%M").fill_null("?") if c in DATES else c for c in columns]
                )
            )
            if words:
                wordings = np.random.Generator(np.random.PCG64([args.seed, done]))
                said = (("short_description", 4, 10), ("description", 10, 60))
                made = made.with_columns(
                    pl.Series(column, texts(made.height, least, most, words, wordings)) for column, least, most in said
                )
            made.write_csv(out, include_header=done == 0)
            done += n
            print(f"\r{done:,} of {args.tickets:,} tickets", end="", file=sys.stderr)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
