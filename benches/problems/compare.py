"""Plumb's problem finder beside what a user would pick instead, on the same input and with one scoring.

usage: compare.py retrieval DATA.jsonl [bm25s|tfidf] [RUN.csv …]     RUN.csv: id,rank,other,score
       compare.py groups    DATA.jsonl [tfidf] [RUN.csv …] [--split test] [--mates]    RUN.csv: ticket,problem,theme

`tfidf` as groups: components of the pairs above a cosine, told for every threshold, so that its best can be seen.
`--mates` scores only tickets whose group has another one.

DATA.jsonl is made by prepare.py. A query is a ticket of the test part with an earlier ticket of its group; all earlier
tickets are candidates. Truth is incomplete (not every duplicate was linked): compare methods, not absolutes.
Peers need bm25s, PyStemmer, scikit-learn, numpy (requirements.txt)."""
import collections, csv, json, resource, sys, time
import numpy as np

mode, path, *rest = sys.argv[1:]
ROWS = [json.loads(line) for line in open(path)]
K = 100


def text(row):
    return (row["title"] + "\n" + row.get("text", "")).strip()


def queries(split="test"):
    seen, out = collections.defaultdict(list), {}
    for row in ROWS:
        group = str(row["group"])
        if row["split"] == split and seen[group]:
            out[str(row["id"])] = set(seen[group])
        seen[group].append(str(row["id"]))
    return out


def tell(name, run, asked, cpu=None):
    first = []
    for query, mates in asked.items():
        first.append(next((rank for rank, other in enumerate(run.get(query, []), 1) if other in mates), None))
    n = max(1, len(first))
    at = lambda k: sum(1 for f in first if f and f <= k) / n
    mrr = sum(1 / f for f in first if f) / n
    extra = "" if cpu is None else f"  {cpu:.1f} CPU s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    print(f"{name:14} n={n}  Recall@1 {at(1):.4f}  @5 {at(5):.4f}  @10 {at(10):.4f}  @100 {at(100):.4f}  MRR {mrr:.4f}{extra}")


def peer(method, asked):
    place = {str(r["id"]): i for i, r in enumerate(ROWS)}
    texts = [text(r) for r in ROWS]
    if method == "bm25s":
        import bm25s, Stemmer
        tokens = bm25s.tokenize(texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False, return_ids=False)
        model = bm25s.BM25(k1=1.2, b=0.75)
        model.index(tokens, show_progress=False)
        score = lambda i: model.get_scores(tokens[i]) if tokens[i] else np.zeros(len(texts), np.float32)
    else:
        from sklearn.feature_extraction.text import TfidfVectorizer
        x = TfidfVectorizer(stop_words="english", sublinear_tf=True, ngram_range=(1, 2), dtype=np.float32).fit_transform(texts)
        t = x.T.tocsr()
        score = lambda i: np.asarray((x[i] @ t).todense()).ravel()
    run = {}
    for query in asked:
        i = place[query]
        s = score(i)[:i]
        order = np.argsort(-s, kind="stable")[:K]
        run[query] = [str(ROWS[j]["id"]) for j in order]
    return run


def pairs(x):
    return x * (x - 1) / 2


def agreement(gold, found):
    from sklearn.metrics import adjusted_mutual_info_score
    g, f, b = collections.Counter(gold), collections.Counter(found), collections.Counter(zip(gold, found))
    hit = sum(pairs(c) for c in b.values())
    p = hit / max(1e-9, sum(pairs(c) for c in f.values()))
    r = hit / max(1e-9, sum(pairs(c) for c in g.values()))
    n = len(gold)
    bp, br = sum(c * c / f[k[1]] for k, c in b.items()) / n, sum(c * c / g[k[0]] for k, c in b.items()) / n
    f1 = lambda p, r: 2 * p * r / (p + r) if p + r else 0
    groups = sum(1 for c in f.values() if c > 1)
    ami = adjusted_mutual_info_score(gold, found)
    return f"pairwise P {p:.4f} R {r:.4f} F1 {f1(p, r):.4f}  B-cubed F1 {f1(bp, br):.4f}  AMI {ami:.4f}  groups {groups}, largest {max(f.values())}"


if mode == "retrieval":
    asked = queries()
    for name in rest:
        if name.endswith(".csv"):
            run = collections.defaultdict(list)
            for row in sorted(csv.DictReader(open(name)), key=lambda r: int(r["rank"])):
                run[row["id"]].append(row["other"])
            tell(name.rsplit("/", 1)[-1], run, asked)
        else:
            before = time.process_time()
            tell(name, peer(name, asked), asked, time.process_time() - before)
else:
    split = rest[rest.index("--split") + 1] if "--split" in rest else "test"
    gold = {str(r["id"]): str(r["group"]) for r in ROWS if split == "all" or r["split"] == split}
    if "--mates" in rest:
        size = collections.Counter(gold.values())
        gold = {i: g for i, g in gold.items() if size[g] > 1}
    if "tfidf" in rest:
        from scipy.sparse.csgraph import connected_components
        from sklearn.feature_extraction.text import TfidfVectorizer
        rows = [r for r in ROWS if split == "all" or r["split"] == split]
        x = TfidfVectorizer(stop_words="english", sublinear_tf=True, ngram_range=(1, 2), dtype=np.float32).fit_transform([text(r) for r in rows])
        alike = (x @ x.T).tocsr()
        for threshold in np.arange(0.35, 0.96, 0.1):
            label = connected_components(alike >= threshold, directed=False)[1]
            of = {str(r["id"]): int(l) for r, l in zip(rows, label)}
            print(f"tfidf ≥ {threshold:.2f}    {agreement(list(gold.values()), [of[i] for i in gold])}")
    for name in (n for n in rest if n.endswith(".csv")):
        rows = [r for r in csv.DictReader(open(name)) if r["ticket"] in gold]
        for level in ("problem", "theme"):
            labels = {r["ticket"]: r[level] or f"alone {r['ticket']}" for r in rows}
            found = [labels.get(i, f"alone {i}") for i in gold]
            print(f"{name.rsplit('/', 1)[-1]:20} {level:8} {agreement(list(gold.values()), found)}")
