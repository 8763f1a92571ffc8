module antiphon.test/prepare

go 1.26.0
