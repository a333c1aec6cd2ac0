#!/usr/bin/env python3
"""Writes Sources/CReprise/equations/normal_table.h: the inverse of the normal distribution, octave by octave.

Octave e = 0 ... 30 covers upper-tail probabilities p = (1 + t) 2^(e - 32), t in [0, 1). There the quantile is a
polynomial of degree 5 in s = t - 1/2, fitted at Chebyshev nodes. Octave 31 is the single point p = 1/2. The
coefficients are kept as text, so that every machine has the same bits. Needs numpy and scipy.
"""
import numpy as np
from scipy.special import ndtri

DEGREE, OCTAVES = 5, 32
table = np.zeros((DEGREE + 1, OCTAVES), np.float32)
worst = 0.0
for e in range(OCTAVES - 1):
    s = 0.5 * np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    y = -ndtri((1.5 + s) * 2.0 ** (e - 32))
    c = np.polynomial.chebyshev.Chebyshev.fit(s, y, DEGREE, domain=[-0.5, 0.5])
    c = c.convert(kind=np.polynomial.Polynomial, domain=[-1, 1], window=[-1, 1]).coef
    table[:, e] = c
    worst = max(worst, np.max(np.abs(np.polynomial.polynomial.polyval(s, table[:, e].astype(float)) - y)))

print("// Written by scripts/generate/normal_table.py; do not edit.")
print(f"// Row d holds the coefficients of s^d by octave. Largest error of the fit: {worst:.1e}.")
print(f"RP_TABLE float rp_normal_table[{DEGREE + 1}][{OCTAVES}] = {{")
for row in table:
    print("  {" + ", ".join(float(x).hex() + "f" for x in row) + "},")
print("};")
