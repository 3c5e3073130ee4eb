A triangle of stars and then the input from its end to its start

c0: rows to come      c1: stars in the row      c2: scratch
c3: a star            c4: a line feed           c5: zero          from c6: the input

++++++++                    c0 = 8
>>                          c2
++++++[ >+++++++< - ]       c3 = 6 times 7
>>++++++++++                c4 = 10
<<<<                        c0
[
    >+                      one star more
    [ >+ >. << - ]          each star is written and counted
    >[ <+ >- ]<             and the count comes back
    >>>.<<<                 the line ends
    <-
]

>>>>>> , [ >, ]             all of the input
< [ .< ]                    from its last byte
<.                          and c4 once more
!.slaminA
dna sraeY fo tnuoc on si erehT
