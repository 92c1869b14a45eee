* HSPICE: a second circuit in the same file
.option post=2 accurate
iin 0 mem 2u
rm mem 0 1x
cm mem 0 10n
.tran 10u 200m uic
.alter
rm mem 0 2x
.end
