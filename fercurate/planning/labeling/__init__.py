"""Which label each sample has: by its corpus, by votes, changed on purpose.

vote_labels   from votes into a scheme: by the rules of FER+'s authors, by majority, by shares
labels        from native labels or votes into a scheme; who is outside it, undecided, unlabeled:
              judged before the splits (`first_verdicts`), and by each split's rule (`settle`)
label_noise   labels of train that are changed on purpose, after splitting
"""
