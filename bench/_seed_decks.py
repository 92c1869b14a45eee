"""Good decks of every dialect, for fuzzers to spoil."""

from __future__ import annotations

from importlib.resources import files

_LTSPICE = r"""* C:\users\me\Draft1.asc
C1 mem 0 1µ Rser=1m Rpar=10Meg IC=0
R1 mem 0 4k7
I1 0 mem PULSE(0 1m 1m 1u 1u 5m 10m)
B1 out 0 V=if(V(mem)>1, 5, 0)+V(mem)**3+table(V(mem),0,0,1,1)
V1 vdd 0 5 Rser=0.1
S1 vdd sp out 0 MYSW
R2 sp 0 1k
.model MYSW SW(Ron=1 Roff=1Meg Vt=.5 Vh=.1)
.param x=1 y={x*2}
.lib C:\users\me\LTspiceXVII\lib\cmp\standard.dio
.tran 0 20m 0 10u uic
.backanno
.end
"""
_PSPICE = """* source NEURON
.PARAM R = 10k
R1 mem 0 {R}
C1 mem 0 1u IC=0
I1 0 mem DC 200uA
E1 o 0 VALUE { LIMIT(V(mem)*10,0,5) }
E2 t 0 TABLE {V(mem)} = (0,0) (1,1) (2,1.5)
E3 u 0 POLY(2) mem 0 o 0 0 1 1
S1 mem 0 o 0 SMOD
R2 o 0 1k
X1 mem x2 PAR PARAMS: G=2
.subckt PAR a b PARAMS: G=1
E1 b 0 a 0 {G}
R1 b 0 1k
.ends
.MODEL SMOD VSWITCH(RON=10 ROFF=1e9 VON=4 VOFF=1)
.TRAN 10u 20m 0 10u UIC
.PROBE
.END
"""
_HSPICE = """hspice neuron
.option post accurate reltol=1e-4
.param rr='10k' cc = 1u  $ comment
r1 mem 0 'rr*2'
c1 mem 0 cc ic=0
i1 0 mem PL(0 0 1m 1m 0 2m 0 3m)
e1 o 0 VOL='max(v(mem),0)*2'
r2 o 0 1x
m1 o mem 0 0 nch l=1u w=10u
.model nch nmos level=1 vto=0.5 kp=100u
.tran 1u 10m uic
.probe tran v(mem)
.end
"""
_XSCHEM = """** sch_path: /home/me/n.sch
**.subckt n
V1 in 0 pwl 0 0 1m 1
R1 in out[0] 1k m=1
C1 out[0] 0 1u m=1
D1 out[0] 0 dm
Q1 out[0] in 0 qm
**** begin user architecture code
.model dm d(is=1e-14 n=1.5)
.model qm npn(bf=100)
.if (1)
.ic v(out[0])=0
.endif
.func f(x,y) {x*y}
B1 z 0 V=f(v(in),2)
.control
tran 1u 1m
.endc
.include part.inc
.tran 1u 10m
**** end user architecture code
.end
"""
_SCHEMATIC = """Version 4
SHEET 1 880 680
WIRE 64 96 0 96
WIRE 192 96 64 96
FLAG 64 176 0
FLAG 192 96 mem
SYMBOL current 0 176 R180
SYMATTR InstName I1
SYMATTR Value PULSE(0 1u 1m 1u 1u 50m)
SYMBOL res 48 80 M90
SYMATTR InstName R1
SYMATTR Value 4k7
SYMBOL cap 176 96 R0
SYMATTR InstName C1
SYMATTR Value 1u
TEXT 0 320 Left 2 !.param x=1\\n.tran 10m
"""


def seed_decks() -> list[str]:
    """Return the decks: one of each dialect, a schematic, and the benches of all netlists."""
    benches = [text for name, text in netlists().items() if name.endswith("_bench.cir")]
    return [_LTSPICE, _PSPICE, _HSPICE, _XSCHEM, _SCHEMATIC, *benches]


def netlists() -> dict[str, str]:
    """Return spiketwin's own netlists by their file names; the benches include the others."""
    entries = (entry for entry in files("spiketwin.netlists").iterdir())
    named = {entry.name: entry for entry in entries if entry.name.endswith(".cir")}
    return {name: named[name].read_text(encoding="utf-8") for name in sorted(named)}
