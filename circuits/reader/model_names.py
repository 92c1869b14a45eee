"""The parameters that ngspice 39 knows of each type of model.

They are what its command ``devhelp`` lists as parameters that can be set; a test gives ngspice each
of them. Of the BSIM models, which have hundreds, nothing is checked.
"""

from __future__ import annotations

_PASSIVE = "tc1 tc2 tnom w l defw narrow short bv_max"
_MOS = (
    "vto vt0 kp gamma phi rd rs cbd cbs is pb cgso cgdo cgbo rsh cj mj cjsw mjsw js tox ld u0 "
    "uo fc nsub tpg nss tnom kf af"
)
_VDMOS = (
    "vto vth0 kp phi lambda theta rd rs rg tnom kf af rq vq mtriode tcvth vtotc mu bex texp0 "
    "texp1 trd1 trd2 trg1 trg2 trs1 trs2 trb1 trb2 subshift ksubthres tksubthres1 tksubthres2 "
    "bv ibv nbv rds rb n tt eg xti is vj cjo m fc cgdmin cgdmax a cgs rthjc rthca cthj "
    "vgs_max vgd_max vds_max vgsr_max vgdr_max pd_max id_max idr_max te_max rth_ext derating"
)
_DIODE = (
    "level is js jsw tnom tref rs trs trs1 trs2 n ns tt ttt1 ttt2 cjo cj0 cj vj pb m mj tm1 "
    "tm2 cjp cjsw php mjsw ikf ik ikr nbv area pj tlev tlevc eg xti cta ctc ctp tpb tvj tphp "
    "jtun jtunsw ntun xtitun keg kf af fc fcs bv ibv ib tcv isr nr fv_max bv_max id_max "
    "te_max pd_max rth0 cth0 lm lp wm wp xom xoi xm xp"
)
_BIPOLAR = (
    "subs tnom tref is ibe ibc bf nf vaf va ikf ik ise c2 ne br nr var vb ikr isc c4 nc rb "
    "irb rbm re rc cje vje pe mje me tf xtf vtf itf ptf cjc vjc pc mjc mc xcjc tr cjs csub "
    "ccs vjs ps mjs ms xtb eg xti fc kf af iss ns rco vo gamma qco tlev tlevc tbf1 tbf2 tbr1 "
    "tbr2 tikf1 tikf2 tikr1 tikr2 tirb1 tirb2 tnc1 tnc2 tne1 tne2 tnf1 tnf2 tnr1 tnr2 trb1 "
    "trb trb2 trc1 trc trc2 tre1 tre tre2 trm1 trm2 tvaf1 tvaf2 tvar1 tvar2 ctc cte cts tvjc "
    "tvje tvjs titf1 titf2 ttf1 ttf2 ttr1 ttr2 tmje1 tmje2 tmjc1 tmjc2 tmjs1 tmjs2 tns1 tns2 "
    "nkf nk tis1 tis2 tise1 tise2 tisc1 tisc2 tiss1 tiss2 quasimod vg cn d vbe_max vbc_max "
    "vce_max pd_max ic_max ib_max te_max rth0"
)
_JFET = (
    "vt0 vto beta lambda rd rs cgs cgd pb is fc b tnom tcv vtotc bex betatce xti eg kf af "
    "nlev gdsnoi"
)

# Of a MOS transistor by its level.
_MOS_LEVELS = {
    1: f"level {_MOS} lambda",
    2: f"level {_MOS} lambda delta uexp ucrit vmax xj neff nfs",
    3: (
        f"level {_MOS} xl wd xw delvto delvt0 vmax xj nfs xd alpha eta delta input_delta "
        "theta kappa"
    ),
}
_TYPES = {
    "r": f"{_PASSIVE} rsh dw dlr tc1r tc2r tce kf af r res lf wf ef",
    "c": f"{_PASSIVE} cap cj cox cjsw capsw defl del di thick c",
    "l": "ind tc1 tc2 tnom csect dia length nt mu l",
    "sw": "vt vh ron roff",
    "csw": "it ih ron roff",
    "d": _DIODE,
    "npn": _BIPOLAR,
    "njf": _JFET,
    "vdmos": _VDMOS,
}
_SAME = {"res": "r", "pnp": "npn", "pjf": "njf"}

# BSIM, by ngspice's numbers for it.
_UNCHECKED_LEVELS = frozenset({8, 49, 14, 54})


def known_parameters(kind: str, level: int) -> frozenset[str] | None:
    """Return the parameters that a model can set; None where they are not checked.

    Raises:
        ValueError: where ngspice has no such level, or spiketwin does not know it.
    """
    if kind in {"nmos", "pmos"}:
        if level in _UNCHECKED_LEVELS:
            return None
        if level not in _MOS_LEVELS:
            raise ValueError(
                f"a MOS model of level {level} is not read; the levels are 1, 2, 3 and those of "
                f"BSIM3 and BSIM4 (8, 49, 14, 54)"
            )
        return frozenset(_MOS_LEVELS[level].split())
    if kind in {"npn", "pnp"}:
        if level not in {1, 2}:
            raise ValueError(f"a bipolar model of level {level} is not read; use level 1")
        return frozenset({"level", *_TYPES["npn"].split()})
    if level != 1:
        raise ValueError(f"a model of type {kind} and level {level} is not read; use level 1")
    return frozenset({"level", *_TYPES[_SAME.get(kind, kind)].split()} - _without_level(kind))


def _without_level(kind: str) -> set[str]:
    return {"level"} if kind in {"r", "res", "c", "l", "sw", "csw"} else set()
