* HSPICE: value-first PL, quoted expressions, options of its own
.option post=2 accurate
.param rmem='1meg' tau='10m'
.param cmem='tau/rmem'
iin 0 mem pl(0 0 0 1m 2u 1.001m 2u 1)
rm mem 0 'rmem'
cm mem 0 'cmem'
ecmp over 0 mem th 1e4
vth th 0 1
vdd vdd 0 1
s1 vdd out over 0 comparator
.model comparator sw vt=-4500 vh=4500 ron=1k roff=1e15
cout out 0 10p
gt out 0 cur='4n*min(1,max(v(out),0)*10)'
vhalf half 0 0.5
ed drive 0 out half 1e4
s2 mem 0 drive 0 discharge
.model discharge sw vt=0 vh=3k ron=10 roff=1e13
.ic v(mem)=0 v(out)=0
.tran 10u 100m uic
.print v(mem)
.end
